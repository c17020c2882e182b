import { type NodeId, type SnapshotMeta, epochInLog, lastIndex } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { standOnSnapshot } from '../history/history.ts'
import type { Diff, Snap, Trunc } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'
import { ignore, trace } from '../trace.ts'

const rule = 'Zab1.0, phase 2; Zab (DSN 2011), step f.2.1'

/**
 * Learner hears what its history is to be built on. ZooKeeper, Learner.syncWithLeader, cases DIFF and TRUNC. Nothing
 * changes before NEWLEADER; but what cannot be done is refused now.
 */
export function onDiffOrTrunc(zab: Zab, following: Following, message: Diff | Trunc): void {
  const { state, options } = zab
  const { index, indexEpoch, type: mode } = message
  if (following.phase !== 'PROMISED') return ignore(zab, following.leader, message, 'wrong-phase')
  if (epochInLog(state.log, index) !== indexEpoch) return becomeLooking(zab, 'history-mismatch')
  if (index < state.commitIndex) return becomeLooking(zab, 'below-commit')
  // With a commit reported instead of the log's end, entries above it go unnoticed (ZOOKEEPER-2845).
  const overlooked = mode === 'DIFF' && index !== lastIndex(state.log)
  if (overlooked && !options.unsafe.reportCommittedZxid) return becomeLooking(zab, 'history-mismatch')
  following.phase = 'SYNCHRONIZATION'
  following.sync = { mode, index, indexEpoch, snapshot: undefined, entries: [] }
  following.end = index
  trace(zab, 'FollowerProcessSyncMessage', rule, { mode, index, indexEpoch })
}

/**
 * A whole snapshot has come, durable in the snapshot store. It is installed with NEWLEADER, together with what follows
 * it: a leader that dies in between has changed nothing here (ZOOKEEPER-3642).
 */
export function onSnapshotReceived(zab: Zab, from: NodeId, message: Snap, meta: SnapshotMeta): void {
  const { state } = zab
  const { following } = state
  if (following === undefined || from !== following.leader) return ignore(zab, from, message, 'not-my-leader')
  if (message.connection !== following.connection) return ignore(zab, from, message, 'other-connection')
  if (message.epoch !== following.epoch) return ignore(zab, from, message, 'other-epoch')
  if (following.phase !== 'PROMISED') return ignore(zab, from, message, 'wrong-phase')
  if (meta.index < state.commitIndex) return becomeLooking(zab, 'below-commit')
  following.silent = 0
  following.phase = 'SYNCHRONIZATION'
  const { index, epoch: indexEpoch } = meta
  following.sync = { mode: 'SNAP', index, indexEpoch, snapshot: meta, entries: [] }
  following.end = index
  following.reportDue = true
  // The disk hears of it with NEWLEADER, if that ever comes.
  if (zab.options.unsafe.installSnapInMemory) standOnSnapshot(zab, meta)
  trace(zab, 'FollowerProcessSyncMessage', rule, { mode: 'SNAP', index, indexEpoch })
}
