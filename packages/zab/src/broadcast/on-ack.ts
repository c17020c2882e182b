import { dropLearner } from '../liveness/drop-learner.ts'
import { isSynchronized, landed } from '../liveness/learners.ts'
import type { Ack } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/**
 * Leader handles an acknowledgement. Zab (DSN 2011), steps l.2.2 (of NEWLEADER) and l.3.2 (of proposals). One message
 * does for both and covers all before it, so no order of them can confuse a leader (ZOOKEEPER-4685). What it commits
 * is decided at the end of the turn, in `advanceCommit`.
 */
export function onAck(zab: Zab, serving: Serving, learner: Learner, message: Ack): void {
  const { index } = message
  if (learner.phase !== 'NEWLEADER' && !isSynchronized(learner)) {
    return ignore(zab, learner.node, message, 'wrong-phase')
  }
  if (index < learner.acked) return ignore(zab, learner.node, message, 'already-known')
  if (index >= learner.next) {
    zab.out.resetLink(learner.node)
    return dropLearner(zab, serving, learner.node, 'ack-unknown')
  }
  landed(learner, index)
  if (learner.phase === 'NEWLEADER') {
    if (zab.options.unsafe.expectNewLeaderAck && index !== learner.target) {
      zab.out.resetLink(learner.node)
      return dropLearner(zab, serving, learner.node, 'ack-unknown')
    }
    if (index < learner.target) return ignore(zab, learner.node, message, 'wrong-phase')
    learner.phase = 'ACKED'
    trace(zab, 'LeaderProcessACKLD', 'Zab1.0, phase 2; Zab (DSN 2011), step l.2.2', {
      learner: learner.node,
      index,
    })
  }
  learner.acked = index
}
