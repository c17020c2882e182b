import type { NodeId } from '@quorate/core'
import { findLearner } from '../liveness/learners.ts'
import { type Zab, mayLead } from '../node.ts'
import type { Leadership, Learner } from '../state.ts'

/** The learner of that name, if it can take over, and is not so far behind that its synchronization is still under way. */
export function findSuccessor({ state }: Zab, leadership: Leadership, node: NodeId): Learner | undefined {
  const learner = findLearner(leadership, node)
  return learner?.phase === 'UPTODATE' && mayLead(state, node) ? learner : undefined
}

/** Of those that can take over, the one that has acknowledged most; of equals the highest id, as in an election. */
export function bestSuccessor(zab: Zab, leadership: Leadership): NodeId | undefined {
  let best: Learner | undefined
  for (const { node } of leadership.learners) {
    const learner = findSuccessor(zab, leadership, node)
    if (learner !== undefined && learner.acked >= (best?.acked ?? 0)) best = learner
  }
  return best?.node
}
