import { epochAt, lastIndex } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { appendHistory, beyondLog, truncateHistory } from '../history/history.ts'
import type { Inform, Proposal } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/**
 * Learner takes entries in, in the order of the leader's history. Zab (DSN 2011), step f.3.1; before NEWLEADER it is
 * ZooKeeper's FollowerProcessPROPOSALInSync. They are persisted and acknowledged by the end of the turn.
 */
export function onProposal(zab: Zab, following: Following, message: Proposal): void {
  const { state, options } = zab
  const { entries } = message
  const { phase } = following
  if (phase === 'DISCOVERY' || phase === 'PROMISED')
    return ignore(zab, following.leader, message, 'wrong-phase')
  // The link keeps order, so a gap is a fault of its own; going on would leave a hole in the log (ZOOKEEPER-4925).
  if (!continuesHistory(zab, following, message)) return refuseProposal(zab, following)
  following.end += entries.length
  const pending = following.sync ?? following.torn?.sync
  if (pending !== undefined) {
    for (const entry of entries) pending.entries.push(entry)
    following.reportDue = following.sync !== undefined
    trace(zab, 'FollowerProcessPROPOSALInSync', 'ZkV3_7_0.tla', { end: following.end })
    return
  }
  if (options.unsafe.skipTruncation) appendHistory(zab, beyondLog(state, entries))
  else {
    if (lastIndex(state.log) >= entries[0]!.index) truncateHistory(zab, entries[0]!.index - 1) // unsafe rules only
    appendHistory(zab, entries)
  }
  following.ackDue = true
  trace(zab, 'FollowerProcessPROPOSAL', 'Zab (DSN 2011), step f.3.1', { end: following.end })
}

/** Do these entries go on where the leader's history has come to, with epochs that it can have? */
export function continuesHistory({ state }: Zab, following: Following, message: Proposal | Inform): boolean {
  const { entries, epoch } = message
  const pending = following.sync ?? following.torn?.sync
  const last =
    pending === undefined
      ? epochAt(state.log, following.end)
      : (pending.entries.at(-1)?.epoch ?? pending.indexEpoch)
  return (
    entries[0]!.index === following.end + 1 &&
    entries[0]!.epoch >= (last ?? 0) &&
    entries.at(-1)!.epoch <= epoch
  )
}

/** What comes next is not what was sent next: the session is broken, and made anew. */
export function refuseProposal(zab: Zab, following: Following): void {
  zab.out.resetLink(following.leader)
  becomeLooking(zab, 'proposal-not-next')
}
