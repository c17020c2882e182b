import type { Entry, Input, LogIndex } from '@quorate/core'
import { endOfRun, termAt } from './disk-log.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import type { Leadership } from './state.ts'

/**
 * What a leader reads back from its log store for members that need entries no longer in memory: one run of the log at a
 * time. Plain data.
 */
export interface ReadBack {
  /** What has been asked for and has not come yet. */
  asked: { readonly from: LogIndex; readonly to: LogIndex } | undefined
  /** The leader's round when nothing usable came: it is not asked again before the next one; -1 for none. */
  failedRound: number
  /** The run that came last, while somebody needs what is not in memory. */
  run: FetchedRun | undefined
}

export interface FetchedRun {
  readonly from: LogIndex
  readonly entries: readonly Entry[]
}

export function createReadBack(): ReadBack {
  return { asked: undefined, failedRound: -1, run: undefined }
}

/** What has been read back from `index` on; undefined if it has not been. */
export function fetchedFrom({ readBack }: Leadership, index: LogIndex): readonly Entry[] | undefined {
  const { run } = readBack
  if (run === undefined || index < run.from || index >= run.from + run.entries.length) return undefined
  return index === run.from ? run.entries : run.entries.slice(index - run.from)
}

/**
 * Once a turn: asks for the entries that `lowest`, the member that is furthest behind, needs next; `Infinity` if nobody
 * needs any. Members that are behind come together, since each run is sent to all who need it.
 */
export function fetchEntries(node: RaftNode, leadership: Leadership, lowest: LogIndex): void {
  const { readBack } = leadership
  if (lowest === Infinity || readBack.asked !== undefined || leadership.round <= readBack.failedRound) return
  const asked = { from: lowest, to: endOfRun(node.state, lowest) }
  readBack.asked = asked
  trace(node, 'FetchEntries', 'none', asked)
  node.outbox.fetchEntries(asked.from, asked.to)
}

/**
 * The log store has answered. What it gives is not taken for granted: entries that are not what was written there are
 * not sent. The term before them is never read from the disk, so no append has a wrong predecessor (L11). What was asked
 * for may have been compacted meanwhile; who needs it is sent a snapshot then.
 */
export function onFetched(node: RaftNode, input: Extract<Input, { type: 'fetched' }>): void {
  const { leadership } = node.state
  if (leadership === undefined) return ignore(node, input.type, 'not-leading')
  const { readBack } = leadership
  const { asked } = readBack
  if (asked === undefined || asked.from !== input.from) return ignore(node, input.type, 'not-asked')
  readBack.asked = undefined
  const entries = soundPart(node, input.entries, asked.from, asked.to)
  const lacking = asked.to - asked.from + 1 - entries.length
  if (lacking > 0) trace(node, 'FetchShort', 'none', { ...asked, lacking })
  if (entries.length === 0) readBack.failedRound = leadership.round
  else readBack.run = { from: asked.from, entries }
}

/** The entries from `from` on, as far as they are what the log holds there. */
function soundPart(
  { state }: RaftNode,
  entries: readonly Entry[],
  from: LogIndex,
  to: LogIndex,
): readonly Entry[] {
  let count = 0
  for (; count < entries.length && from + count <= to; count++) {
    const { index, epoch } = entries[count]!
    if (index !== from + count || epoch !== termAt(state, index)) break
  }
  return count === entries.length ? entries : entries.slice(0, count)
}
