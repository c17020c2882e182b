import { lastIndex } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import {
  appendHistory,
  beyondLog,
  replaceHistory,
  saveEpochs,
  saveHistory,
  truncateHistory,
} from '../history/history.ts'
import type { NewLeader } from '../message.ts'
import { type Zab, isPersisted, thisPersist } from '../node.ts'
import type { Following, Synchronization } from '../state.ts'
import { ignore, trace } from '../trace.ts'

/**
 * Learner adopts the leader's history and epoch. Zab (DSN 2011), step f.2.1: "atomically"; ZooKeeper,
 * Learner.syncWithLeader, case NEWLEADER, whose five steps in five places were wrong in five ways (ZOOKEEPER-3911, 3023,
 * 4643, 4646, 4785). Here they are one persist, and the acknowledgement waits for it.
 */
export function onNewLeader(zab: Zab, following: Following, message: NewLeader): void {
  const { options } = zab
  const { sync, leader } = following
  if (following.phase !== 'SYNCHRONIZATION' || sync === undefined) {
    return ignore(zab, leader, message, 'wrong-phase')
  }
  // NEWLEADER before all that belongs to it would make this replica vouch for a part (ZOOKEEPER-3104).
  if (following.end !== message.index) {
    if (!options.unsafe.believeNewLeader) return becomeLooking(zab, 'history-mismatch')
    following.end = message.index
  }
  trace(zab, 'FollowerProcessNEWLEADER', 'Zab1.0, phase 2; Zab (DSN 2011), step f.2.1', {
    leader,
    adopted: following.epoch,
    index: message.index,
  })
  following.sync = undefined
  following.phase = 'ADOPTED'
  following.reportDue = false
  if (options.unsafe.currentEpochBeforeHistory) return tearAdoption(zab, following, sync)
  adoptHistory(zab, sync)
  adoptEpoch(zab, following)
  if (options.unsafe.applyOnSync) zab.state.commitIndex = lastIndex(zab.state.log)
  following.ackDue = true
}

/** The history first, … */
function adoptHistory(zab: Zab, sync: Synchronization): void {
  const { state, options } = zab
  saveHistory(zab)
  if (sync.snapshot !== undefined) replaceHistory(zab, sync.snapshot)
  else if (options.unsafe.skipTruncation) return appendHistory(zab, beyondLog(state, sync.entries))
  else if (!options.unsafe.reportCommittedZxid || sync.mode === 'TRUNC' || sync.entries.length > 0) {
    truncateHistory(zab, sync.index)
  }
  appendHistory(zab, sync.entries)
}

/** … then the epoch that vouches for it. */
function adoptEpoch(zab: Zab, following: Following): void {
  const { state } = zab
  state.currentEpoch = following.epoch
  state.acceptedEpoch = Math.max(state.acceptedEpoch, following.epoch)
  state.vote = { ...state.vote, epoch: following.epoch }
  state.hint = undefined // what was told of memberships is settled by the history
  if (zab.options.unsafe.adoptEpochOnUpToDate) saveHistory(zab)
  else saveEpochs(zab)
}

/** Unsafe: the epoch in a persist of its own, the history in a later one (ZOOKEEPER-4643). */
function tearAdoption(zab: Zab, following: Following, sync: Synchronization): void {
  adoptEpoch(zab, following)
  following.torn = { sequence: thisPersist(zab.state), sync }
}

/** Unsafe: the epoch is durable, the history may follow. */
export function mendAdoption(zab: Zab, following: Following): void {
  const { torn } = following
  if (torn === undefined || !isPersisted(zab.state, torn.sequence)) return
  following.torn = undefined
  adoptHistory(zab, torn.sync)
  following.ackDue = true
}
