import type { Violation } from '../invariants/violation.ts'

/** Violations that stand for many different mistakes: their message tells them apart. */
const general: ReadonlySet<string> = new Set(['assertion', 'recovery', 'engine', 'refinement'])

/**
 * What tells one failure from another when runs are compared: the name of the invariant, and where that says little,
 * the rule that the message begins with, or its words without the numbers and details that differ from run to run.
 */
export function signatureOf(violation: Violation | undefined): string | undefined {
  if (violation === undefined) return undefined
  const { invariant, message } = violation
  if (!general.has(invariant)) return invariant
  const rule = /^[a-z]+(?:-[a-z]+)*(?=: )/.exec(message)?.[0]
  const words = message
    .replace(/[{[(].*$/s, '')
    .replaceAll(/[\d.]+/g, '#')
    .trim()
  return `${invariant}: ${rule ?? words}`
}
