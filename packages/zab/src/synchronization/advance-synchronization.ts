import { settleHandover } from '../handover/answer-transfer.ts'
import { findLearner, isSynchronized } from '../liveness/learners.ts'
import { type Zab, decides, isPersisted } from '../node.ts'
import type { Leadership } from '../state.ts'
import { trace } from '../trace.ts'

/**
 * Establishes the leader once a quorum has adopted its history, durably, itself included. Zab (DSN 2011), step l.2.2;
 * ZooKeeper, Leader.waitForNewLeaderAck. A replication quorum: its acknowledgements decide the initial history. From here on the initial history is committed, and requests are taken.
 */
export function advanceSynchronization(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  const adopted = (voter: number): boolean => {
    if (voter === state.self) return isPersisted(state, leadership.adoptionPersist)
    const learner = findLearner(leadership, voter)
    return learner !== undefined && (isSynchronized(learner) || options.unsafe.establishOnEpochAcks)
  }
  if (!decides(state, adopted)) return
  leadership.phase = 'BROADCAST'
  state.hint = undefined
  leadership.lost.clear()
  settleHandover(zab, state.self)
  trace(zab, 'established', 'Zab (DSN 2011), step l.2.2', { epoch: leadership.epoch })
}
