import type { NodeId } from '@quorate/core'
import type { DropReason } from '../marks.ts'
import type { Zab } from '../node.ts'
import type { Serving } from '../state.ts'
import { trace } from '../trace.ts'
import { checkQuorum } from './check-quorum.ts'
import { findLearner, removeLearner } from './learners.ts'

/** Closes the connection with `node`, if there is one. A learner that was not the one to leave has its link reset. */
export function dropLearner(zab: Zab, serving: Serving, node: NodeId, reason: DropReason): void {
  if (findLearner(serving, node) !== undefined) {
    trace(zab, `learner-dropped.${reason}`, 'ZooKeeper, LearnerHandler.shutdown', { learner: node, reason })
    removeLearner(serving, node)
  }
  const { leadership } = zab.state
  if (leadership === undefined || leadership !== serving) return
  if (leadership.phase !== 'BROADCAST') leadership.lost.add(node)
  checkQuorum(zab, leadership)
}
