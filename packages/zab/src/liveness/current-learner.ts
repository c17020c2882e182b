import type { NodeId } from '@quorate/core'
import type { ConnectedMessage } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Learner, Serving } from '../state.ts'
import { ignore } from '../trace.ts'
import { findLearner } from './learners.ts'

/** Whose message it is: a learner's on its current connection; undefined, and ignored, if it comes too late. */
export function currentLearner(
  zab: Zab,
  serving: Serving,
  from: NodeId,
  message: ConnectedMessage,
): Learner | undefined {
  const learner = findLearner(serving, from)
  if (learner === undefined) {
    ignore(zab, from, message, 'not-my-learner')
    return undefined
  }
  const isCurrent = learner.connection === message.connection || zab.options.unsafe.countEarlierConnections
  if (!isCurrent) {
    ignore(zab, from, message, 'other-connection')
    return undefined
  }
  if ('epoch' in message && message.epoch !== serving.epoch) {
    ignore(zab, from, message, 'other-epoch')
    return undefined
  }
  learner.silent = 0
  return learner
}
