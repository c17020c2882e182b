import { beginReadBack, endReadBack, type Input, type LogIndex } from '@quorate/core'
import { ignore, type RaftNode, trace } from './node.ts'
import type { Leadership } from './state.ts'

/**
 * Once a turn: asks for the entries that `lowest`, the member that is furthest behind, needs next; `Infinity` if nobody
 * needs any. Members that are behind come together, since each run is sent to all who need it.
 */
export function fetchEntries(node: RaftNode, leadership: Leadership, lowest: LogIndex): void {
  if (lowest === Infinity) return
  const asked = beginReadBack(leadership.readBack, node.state.log, lowest, leadership.round)
  if (asked === undefined) return
  trace(node, 'FetchEntries', 'none', asked)
  node.outbox.fetchEntries(asked.from, asked.to)
}

/**
 * The log store has answered. Entries that are not what was written there are not sent. The term before them is never
 * read from the disk, so no append has a wrong predecessor (L11). What was asked for may have been compacted meanwhile;
 * who needs it is sent a snapshot then.
 */
export function onFetched(node: RaftNode, input: Extract<Input, { type: 'fetched' }>): void {
  const { leadership, log } = node.state
  if (leadership === undefined) return ignore(node, input.type, 'not-leading')
  const { readBack } = leadership
  const { asked } = readBack
  const lacking = endReadBack(readBack, log, input, leadership.round)
  if (lacking === undefined) return ignore(node, input.type, 'not-asked')
  if (lacking > 0) trace(node, 'FetchShort', 'none', { ...asked, lacking })
}
