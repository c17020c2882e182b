import { countsInWords, someOfEach } from '../history/findings.ts'
import { count } from '../history/words.ts'
import type { SessionResult } from './check-sessions.ts'
import { describeSessionOperation } from './session-operation.ts'
import type { SessionViolation } from './session-violation.ts'
import { sessionGuarantees } from './session-violation.ts'

/** Of each result so many violations are explained. */
const mostExplained = 4

/** A result for people, line by line: the verdict, and what is broken by which operations. */
export function explainSessions(result: SessionResult): readonly string[] {
  const { verdict, operations, sessions, keys, violations, counts, undecided } = result
  const extent = `${count(operations, 'operation')} of ${count(sessions, 'session')} on ${count(keys, 'key')}`
  const lines = [`${verdict}: ${extent}`]
  if (undecided !== undefined) lines.push(`not decided: ${undecided}`)
  const broken = countsInWords(counts)
  if (broken !== '') lines.push(`broken: ${broken}`)
  const shown = someOfEach(violations).slice(0, mostExplained)
  for (const violation of shown) lines.push(...explainViolation(violation))
  return lines
}

/** One violation in words: which guarantee, and the operations that break it. */
export function explainViolation({ name, parts }: SessionViolation): readonly string[] {
  const lines = parts.map((part) => (typeof part === 'string' ? part : `  ${describeSessionOperation(part)}`))
  return [`${name} (${sessionGuarantees[name]}):`, ...lines]
}
