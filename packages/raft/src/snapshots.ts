import { assert, type NodeId, type SnapshotMeta, startOfTail } from '@quorate/core'
import { compactLog } from './log-writes.ts'
import { type RaftNode, trace } from './node.ts'
import { becomeProbe } from './progress.ts'

/**
 * A snapshot of this replica's machine is durable: the log may be compacted. Raft (extended), §7. Some entries stay
 * for followers that are a little behind, and more while one of them is being sent an older snapshot.
 */
export function onSnapshotBuilt(node: RaftNode, meta: SnapshotMeta): void {
  const { state, config } = node
  assert(meta.index <= state.applied, 'a snapshot holds what was applied', { meta, applied: state.applied })
  state.snapshotIndex = Math.max(state.snapshotIndex, meta.index)
  let index = startOfTail(state.log, meta.index, config.compactionTail, config.compactionTailBytes)
  for (const { phase, pendingSnapshot } of state.leadership?.progress.values() ?? []) {
    if (phase !== 'snapshot') continue
    const kept = Math.max(pendingSnapshot, meta.index - config.catchUpTail)
    if (kept >= index) continue
    trace(node, 'KeepForSnapshot', 'none', { pendingSnapshot, kept, instead: index })
    index = kept
  }
  if (index <= state.log.storedBase) return
  trace(node, 'CompactLog', 'Raft 7', { from: state.log.storedBase, to: index, snapshot: meta.index })
  compactLog(node, index)
}

/** The whole snapshot is there. Its installation is told by the member's next answer, or failing that by a heartbeat's. */
export function onSnapshotSent(node: RaftNode, to: NodeId, meta: SnapshotMeta): void {
  const progress = node.state.leadership?.progress.get(to)
  if (progress?.phase !== 'snapshot') return
  trace(node, 'SnapshotSent', 'none', { to, index: meta.index })
  const { session } = progress
  becomeProbe(progress, meta.index + 1, session)
  progress.paused = true
}

/** The transfer ended early. Tried again when the member has answered the next heartbeat, not before. */
export function onSnapshotFailed(node: RaftNode, to: NodeId, cause: string): void {
  const { leadership } = node.state
  const progress = leadership?.progress.get(to)
  if (leadership === undefined || progress?.phase !== 'snapshot') return
  trace(node, 'SnapshotFailed', 'none', { to, cause })
  becomeProbe(progress, progress.match + 1, ++leadership.lastSession)
  progress.paused = true
}
