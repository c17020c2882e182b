import type { ClaimResult } from '../../experiment/experiment-report.ts'
import { hanging } from './wrap.ts'

/** A claim, and whether it is so. */
export function claimText({ text, holds, found }: ClaimResult, width: number): string[] {
  return holds
    ? hanging('Confirmed: ', `${text}.`, width)
    : hanging('NOT SO: ', `${text}. ${found === '' ? '' : `Found: ${found}.`}`, width)
}
