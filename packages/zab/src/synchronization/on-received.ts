import { epochInLog } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import { landed } from '../liveness/learners.ts'
import type { Received } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { ignore } from '../trace.ts'
import { startForwarding } from './sync-learner.ts'

/**
 * Leader hears how far a synchronization has come. It promises nothing; but a big history that makes progress is not
 * given up for being slow (ZOOKEEPER-2678).
 */
export function onReceived(zab: Zab, serving: Serving, learner: Learner, message: Received): void {
  const { state, options } = zab
  const { leadership } = state
  if (leadership !== undefined && learner.voter && !options.unsafe.absoluteInitLimit) {
    leadership.patience = options.initLimit
  }
  if (learner.phase === 'SNAP') {
    if (epochInLog(state.log, message.index) === message.indexEpoch) {
      return startForwarding(zab, learner, message.index)
    }
    zab.out.resetLink(learner.node) // not a snapshot of this leader's: it comes back, and gets another
    dropLearner(zab, serving, learner.node, 'snapshot-failed')
  } else if (learner.phase === 'SYNC' || learner.phase === 'NEWLEADER') {
    landed(learner, message.index)
  } else {
    ignore(zab, learner.node, message, 'wrong-phase')
  }
}
