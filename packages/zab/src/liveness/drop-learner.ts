import type { NodeId } from '@quorate/core'
import type { Zab } from '../node.ts'
import type { Leadership } from '../state.ts'
import { trace } from '../trace.ts'
import { checkQuorum } from './check-quorum.ts'
import { findLearner, removeLearner } from './learners.ts'

/** Why a leader closes a connection. */
export type DropReason =
  | 'link-lost'
  | 'silence'
  | 'looking'
  | 'snapshot-failed'
  | 'ack-unknown'
  | 'fell-behind'

/** Closes the connection with `node`, if there is one. A learner that was not the one to leave has its link reset. */
export function dropLearner(zab: Zab, leadership: Leadership, node: NodeId, reason: DropReason): void {
  if (findLearner(leadership, node) !== undefined) {
    trace(zab, 'learner-dropped', 'ZooKeeper, LearnerHandler.shutdown', { learner: node, reason })
    removeLearner(leadership, node)
  }
  if (leadership.phase !== 'BROADCAST') leadership.lost.add(node)
  checkQuorum(zab, leadership)
}
