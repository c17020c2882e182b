import { emptyBatch, readBack, serveLearner } from '../broadcast/serve-learner.ts'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Zab } from '../node.ts'
import { isOpenMember, latestRecord } from '../reconfiguration/memberships.ts'
import type { Relay } from '../state.ts'

/** The end of a follower's turn: its observers are sent what is due, as a leader's learners are; all of it committed. */
export function serveObservers(zab: Zab, relay: Relay): void {
  const batch = emptyBatch()
  const { learners } = relay
  for (let i = learners.length - 1; i >= 0; i--) serveLearner(zab, relay, learners[i]!, batch)
  readBack(zab, relay)
}

/** A tick passes: an observer that is no member any more is let go when it knows. */
export function letObserversGo(zab: Zab, relay: Relay): void {
  const { index } = latestRecord(zab.state)
  for (const { node, acked } of relay.learners.toReversed()) {
    if (isOpenMember(zab.state, node) || acked < index) continue
    zab.out.resetLink(node) // so that it knows that it is served no more
    dropLearner(zab, relay, node, 'not-a-member')
  }
}
