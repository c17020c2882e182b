import type { HistoryVerdict } from './judge.ts'

/** The exit code of a program that was asked for a verdict: 0 it holds, 1 it does not, 2 unknown. */
export function exitCodeOf(verdict: HistoryVerdict): 0 | 1 | 2 {
  if (verdict === 'unknown') return 2
  return verdict.startsWith('not ') ? 1 : 0
}
