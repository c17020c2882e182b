import type { Act, Statement } from '../language/statement.ts'
import type { RunEvent } from '../run/run-event.ts'

/** Statements in which messages and timers go on by themselves. */
export const timedVerbs: ReadonlySet<Act['verb']> = new Set(['elect', 'run', 'settle'])

/** Statements that say themselves that links break and come up. */
const telling: ReadonlySet<Act['verb']> = new Set([
  'cut',
  'heal',
  'isolate',
  'rejoin',
  'crash',
  'start',
  'restart',
])

/** Those events of a statement that its reader is to hear of. */
export function eventsToTell(
  events: readonly RunEvent[],
  { isQuiet, act }: Pick<Statement, 'isQuiet' | 'act'>,
): readonly RunEvent[] {
  if (isQuiet) return events.filter(({ type }) => type === 'violated')
  return telling.has(act.verb) ? events.filter(({ type }) => type !== 'link') : events
}
