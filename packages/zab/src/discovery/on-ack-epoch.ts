import { becomeLooking } from '../election/become-looking.ts'
import { lastZxid } from '../history/history.ts'
import type { AckEpoch } from '../message.ts'
import { type Zab, mayLead } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { ignore, trace } from '../trace.ts'
import { compareZxid } from '../zxid.ts'

/**
 * Leader handles a promise. Zab (DSN 2011), step l.1.2; ZooKeeper, Leader.waitForEpochAck. The paper's leader fetches
 * the best history; here election has chosen it, and a leader that finds it has not gives up.
 */
export function onAckEpoch(zab: Zab, serving: Serving, learner: Learner, message: AckEpoch): void {
  if (learner.phase !== 'INVITED') return ignore(zab, learner.node, message, 'wrong-phase')
  trace(zab, 'LeaderProcessACKEPOCH', 'Zab1.0, phase 1; Zab (DSN 2011), step l.1.2', {
    learner: learner.node,
    counts: message.counts,
    currentEpoch: message.currentEpoch,
    lastEpoch: message.lastEpoch,
    lastIndex: message.lastIndex,
  })
  // Later, what a latecomer has beyond the leader was never committed and never will be: it is truncated.
  // So is what only a voter of no weight has, and election passes over it: giving up for it would not end.
  const rivals = mayLead(zab.state, learner.node) && message.counts
  if (serving.phase === 'DISCOVERY' && rivals && isAhead(zab, message)) {
    return becomeLooking(zab, 'follower-is-ahead')
  }
  learner.phase = 'PROMISED'
  learner.counts = message.counts
  learner.lastEpoch = message.lastEpoch
  learner.lastIndex = message.lastIndex
  learner.runs = message.runs
}

function isAhead(zab: Zab, message: AckEpoch): boolean {
  const { currentEpoch } = zab.state
  const { electById, ignoreEpochInVotes } = zab.options.unsafe
  if (electById) return false
  if (message.currentEpoch !== currentEpoch && !ignoreEpochInVotes) return message.currentEpoch > currentEpoch
  return compareZxid({ epoch: message.lastEpoch, index: message.lastIndex }, lastZxid(zab)) > 0
}
