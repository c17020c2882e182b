import { QuorateError } from '@quorate/core'

/** A mistake in a script: a `QuorateError` with code `USAGE`, whose details have the `line`, counted from 1. */
export function scriptError(line: number, problem: string): QuorateError {
  return new QuorateError('USAGE', `line ${line}: ${problem}`, { details: { line, problem } })
}

/** The lines of a script, whatever editor wrote it: without a byte order mark, and whichever way lines end. */
export function linesOf(text: string): string[] {
  return text.replace(/^\uFEFF/, '').split(/\r?\n/)
}

/** What to say of a word that is none of `known`. */
export function unknownWord(word: string, what: string, known: readonly string[]): string {
  const near = nearest(word, known)
  const hint = near === undefined ? `known are ${known.join(', ')}` : `did you mean "${near}"?`
  return `"${word}" is no ${what}; ${hint}`
}

/** The known word that takes the fewest changes, if that is few enough for a slip of the hand. */
function nearest(word: string, known: readonly string[]): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of known) {
    const changes = distance(word.toLowerCase(), candidate.toLowerCase())
    if (changes >= least) continue
    least = changes
    best = candidate
  }
  return best
}

/** Levenshtein's distance: insertions, deletions and substitutions from `a` to `b`. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(substituted, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}
