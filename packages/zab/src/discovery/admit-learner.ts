import { isVoter } from '@quorate/core'
import { findLearner, putLearner } from '../liveness/learners.ts'
import type { Zab } from '../node.ts'
import type { Leadership, Learner, Serving, WaitingLearner } from '../state.ts'
import { trace } from '../trace.ts'

/** Takes a learner in, on a new connection. Zab (DSN 2011), step l.1.1 collects what these bring. */
export function admitLearner(zab: Zab, leadership: Leadership, info: WaitingLearner): void {
  const { state } = zab
  leadership.lost.delete(info.node)
  const learner = createLearner(info, isVoter(state.membership, info.node))
  putLearner(leadership, learner)
  trace(zab, 'LeaderProcessFOLLOWERINFO', 'Zab1.0, phase 1; Zab (DSN 2011), step l.1.1', {
    learner: info.node,
    connection: info.connection,
    acceptedEpoch: info.acceptedEpoch,
  })
  if (leadership.epoch > 0) inviteLearner(zab, leadership, learner)
}

/** A learner that has just connected. */
export function createLearner({ node, connection, acceptedEpoch }: WaitingLearner, voter: boolean): Learner {
  return {
    node,
    voter,
    connection,
    phase: 'CONNECTED',
    acceptedEpoch,
    counts: false,
    lastEpoch: 0,
    lastIndex: 0,
    runs: [],
    next: 1,
    target: 0,
    acked: 0,
    committed: 0,
    inFlight: [],
    inFlightBytes: 0,
    silent: 0,
    lastRequest: 0,
    confirmed: 0,
  }
}

/**
 * Step l.1.1 (NEWEPOCH): tells a learner the new epoch, once the leader's own promise of it is durable
 * (ZOOKEEPER-1291).
 */
export function inviteLearner(zab: Zab, serving: Serving, learner: Learner): void {
  const { state, out, options } = zab
  const message = {
    type: 'LEADERINFO',
    connection: learner.connection,
    epoch: serving.epoch,
    leader: state.following?.elected ?? state.self,
    voter: learner.voter,
  } as const
  if (options.unsafe.proposeEpochBeforeDurable) out.sendNow(learner.node, message)
  else out.sendWhenDurable(learner.node, message)
  learner.phase = 'INVITED'
}

/** Is `connection` a newer one than the learner's last? */
export function isNewConnection(serving: Serving, info: WaitingLearner): boolean {
  const known = findLearner(serving, info.node)
  return known === undefined || known.connection < info.connection
}
