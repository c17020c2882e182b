import { assert, epochInLog, type NodeId, type SnapshotMeta } from '@quorate/core'
import { answerRound, oweAck } from './acknowledge.ts'
import { followLeader } from './append-entries.ts'
import { becomeFollower } from './become.ts'
import { advanceCommit } from './commit.ts'
import { grantLease } from './lease.ts'
import { resetLog } from './log-writes.ts'
import type { RaftMessage } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { abandon } from './requests.ts'
import { isWellFormed } from './well-formed.ts'
import { isMistaken } from './witness.ts'

/**
 * Member handles a snapshot that has arrived whole. Raft (extended), figure 13, InstallSnapshot RPC, receiver steps
 * 1 and 5-8; the host has carried out 2-4.
 */
export function onSnapshotReceived(
  node: RaftNode,
  from: NodeId,
  message: RaftMessage,
  meta: SnapshotMeta,
): void {
  const { state, outbox } = node
  if (message.type !== 'InstallSnapshot' || !isWellFormed(message)) {
    return ignore(node, message.type, 'no-snapshot-message', from)
  }
  const { term, session, round } = message
  if (term < state.term) {
    return answerRound(node, from, session, round) // step 1
  }
  if (meta.epoch > term) {
    ignore(node, message.type, 'snapshot-ahead-of-its-leader', from)
    return outbox.resetLink(from)
  }
  if (term > state.term) becomeFollower(node, term, undefined, message.type)
  if (isMistaken(state, message)) return ignore(node, message.type, 'not-for-my-log', from)
  followLeader(node, from, message.type)
  if (message.witness === true) state.following.witness = session
  grantLease(node, from, round)
  if (meta.index > state.commit) advanceToSnapshot(node, from, meta)
  else {
    assertAgrees(node, meta)
    trace(node, 'SnapshotKnown', 'Raft figure 13', { from, index: meta.index, commit: state.commit })
  }
  oweAck(node, message, Math.max(meta.index, state.commit))
}

/** Steps 6-8. A log that has the snapshot's last entry keeps what follows it; any other is started over. */
function advanceToSnapshot(node: RaftNode, from: NodeId, meta: SnapshotMeta): void {
  const { state, outbox } = node
  const { following } = state
  const isInLog = epochInLog(state.log, meta.index) === meta.epoch // step 6
  trace(node, isInLog ? 'SnapshotInLog' : 'InstallSnapshot', 'Raft figure 13', {
    from,
    index: meta.index,
    epoch: meta.epoch,
  })
  state.snapshotIndex = Math.max(state.snapshotIndex, meta.index)
  following.received = Math.max(following.received, meta.index)
  if (isInLog) return advanceCommit(node, meta.index)
  resetLog(node, meta) // step 7
  outbox.snapshot({ type: 'install', meta }) // step 8
  state.commit = meta.index
  state.applied = meta.index
  // Own proposals may be among what the snapshot covers: their results are not known here (S11).
  abandon(node, state.requests.lastProposed, 'leadership-lost')
  for (const { bytes } of following.forwarded) following.waitingBytes -= bytes
  following.forwarded = []
}

/** Two committed entries at one index are the end of safety: going on would spread it (S5). */
function assertAgrees({ state }: RaftNode, meta: SnapshotMeta): void {
  const own = epochInLog(state.log, meta.index)
  assert(own === undefined || own === meta.epoch, 'a snapshot agrees with what is committed', {
    index: meta.index,
    own,
    snapshot: meta.epoch,
  })
}
