import { createLearner, inviteLearner, isNewConnection } from '../discovery/admit-learner.ts'
import { putLearner } from '../liveness/learners.ts'
import type { Zab } from '../node.ts'
import type { WaitingLearner } from '../state.ts'
import { trace } from '../trace.ts'
import { createRelay } from './create-relay.ts'

const rule = 'ZooKeeper, ObserverMaster'

/**
 * Takes in an observer that this replica does not lead: as a follower that feeds observers, or not at all. One that is
 * not up to date yet lets it wait.
 */
export function admitObserver(zab: Zab, info: WaitingLearner): void {
  const { state, options, out } = zab
  const { following } = state
  const { node, connection } = info
  if (following === undefined || state.state !== 'FOLLOWING' || !options.followersFeedObservers) {
    trace(zab, 'observer-refused', rule, { learner: node, connection })
    return out.sendNow(node, { type: 'REFUSE', connection })
  }
  following.relay ??= createRelay(following)
  const { relay } = following
  if (!isNewConnection(relay, info)) return
  const learner = createLearner(info, false)
  putLearner(relay, learner)
  trace(zab, 'observer-fed', rule, { learner: node, connection })
  if (relay.phase === 'BROADCAST') inviteLearner(zab, relay, learner)
}
