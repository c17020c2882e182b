import type { EventType } from './event.ts'
import { HistoryError } from './history-error.ts'
import type { JsonRow } from './json-rows.ts'
import { show } from './recorded.ts'

/**
 * What became of an operation in a line of its own: as `outcome` says; without one it is `ok` if it has a `return`, and
 * `info` if it has none.
 *
 * @throws HistoryError
 */
export function outcomeOf({ fields, line }: JsonRow): Exclude<EventType, 'invoke'> {
  const { outcome, return: end, output } = fields
  const answered = typeof end === 'number' && end < Infinity
  if (outcome === undefined || outcome === null) {
    if (answered || output === undefined || output === null) return answered ? 'ok' : 'info'
    // Taken for one that never answered, it would agree with anything.
    const expected = '"return" with a number, or "outcome": "info" if it may not have happened'
    throw new HistoryError({ found: 'there is an output, and no return', expected, line })
  }
  if (outcome === 'ok' && !answered) {
    throw new HistoryError({
      found: 'outcome is ok, and return is missing',
      expected: 'when it returned',
      line,
    })
  }
  if (outcome === 'ok' || outcome === 'fail' || outcome === 'info') return outcome
  throw new HistoryError({ found: `outcome is ${show(outcome)}`, expected: 'ok, fail or info', line })
}
