import { saveEpochs } from '../history/history.ts'
import { findLearner } from '../liveness/learners.ts'
import { type Zab, elects, isPersisted, thisPersist } from '../node.ts'
import type { Leadership } from '../state.ts'
import { trace } from '../trace.ts'
import { inviteLearner } from './admit-learner.ts'

/** Moves a prospective leader on through phase 1, as far as what it has heard allows. */
export function advanceDiscovery(zab: Zab, leadership: Leadership): void {
  if (leadership.epoch === 0) chooseEpoch(zab, leadership)
  if (leadership.epoch > 0) endDiscovery(zab, leadership)
}

/**
 * Zab (DSN 2011), step l.1.1: with a quorum connected, the new epoch is above all that they have promised. An election
 * quorum, as in step l.1.2: it meets every other, so an epoch has one leader.
 */
function chooseEpoch(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  if (!elects(state, (voter) => voter === state.self || findLearner(leadership, voter) !== undefined)) return
  const promised = leadership.learners.map((learner) => learner.acceptedEpoch)
  leadership.epoch = Math.max(state.acceptedEpoch, ...promised) + 1
  leadership.patience = options.initLimit
  state.acceptedEpoch = leadership.epoch
  leadership.promisePersist = thisPersist(state)
  saveEpochs(zab)
  trace(zab, 'epoch-chosen', 'Zab (DSN 2011), step l.1.1', { epoch: leadership.epoch })
  for (const learner of leadership.learners) inviteLearner(zab, leadership, learner)
}

/**
 * Step l.1.2: with a quorum promised, the leader's history becomes the initial history of its epoch. An election quorum
 * meets every replication quorum, so that history holds all that was decided.
 */
function endDiscovery(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  const ownPromise = isPersisted(state, leadership.promisePersist) || options.unsafe.proposeEpochBeforeDurable
  const promised = (voter: number): boolean =>
    voter === state.self ? ownPromise : findLearner(leadership, voter)?.counts === true
  if (!elects(state, promised)) return
  leadership.phase = 'SYNCHRONIZATION'
  leadership.patience = options.initLimit
  state.currentEpoch = leadership.epoch
  state.vote = { ...state.vote, epoch: leadership.epoch }
  leadership.adoptionPersist = thisPersist(state)
  saveEpochs(zab)
  trace(zab, 'synchronization-begun', 'Zab (DSN 2011), step l.1.2', { epoch: leadership.epoch })
}
