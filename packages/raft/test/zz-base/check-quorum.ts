import { isReplicationQuorum } from '@quorate/core'
import { becomeFollower } from './become.ts'
import { beginRound } from './lease.ts'
import { ignore, membershipOf, type RaftNode, trace } from './node.ts'
import { countPeerBeat } from './peers.ts'
import { preferHigherPriority } from './prefer.ts'
import { sendHeartbeat } from './replicate.ts'
import type { Leadership, RaftState } from './state.ts'
import { countTransfer, resign } from './transfer.ts'

/**
 * The leader's timer ran out. Figure 2, rules for leaders, first: heartbeats, to all. Before that the leader makes sure
 * that it still deserves to lead: that a quorum answers (thesis §6.2) and that its own disk does.
 */
export function onHeartbeatTimeout(node: RaftNode): void {
  const { state, config, outbox } = node
  const { leadership } = state
  if (leadership === undefined) return ignore(node, 'heartbeat', 'not-leading')
  for (const progress of leadership.progress.values()) progress.quiet += 1
  countPeerBeat(state, leadership)
  const { leadWithoutQuorum, ignoreStalledDisk } = config.unsafe // C4, L17
  countTransfer(node, leadership)
  if (countStall(state) >= config.stallLimit && ignoreStalledDisk !== true) {
    trace(node, 'DiskStalled', 'none', { persist: state.stall.sequence, heartbeats: state.stall.ticks })
    resign(node, 'disk-stalled')
  }
  if (state.leadership === undefined) return
  if (config.checkQuorum && !hasActiveQuorum(node, leadership) && leadWithoutQuorum !== true) {
    trace(node, 'QuorumLost', 'Raft thesis 6.2', { round: leadership.round })
    return becomeFollower(node, state.term, undefined, 'quorum-lost')
  }
  preferHigherPriority(node, leadership)
  beginRound(node, leadership)
  for (const progress of leadership.progress.values()) {
    sendHeartbeat(node, leadership, progress)
    if (progress.markRound > 0) continue
    progress.markRound = leadership.round
    progress.markNext = progress.next
  }
  outbox.setTimer('heartbeat', config.heartbeatInterval)
}

/**
 * Has a replication quorum, which can commit and meets every election quorum, answered a new round lately? Repeats of old
 * answers do not count.
 */
function hasActiveQuorum(node: RaftNode, leadership: Leadership): boolean {
  const { state, config } = node
  const isActive = (voter: number): boolean =>
    voter === state.self || (leadership.progress.get(voter)?.quiet ?? Infinity) < config.quietLimit
  return isReplicationQuorum(membershipOf(state).quorums, isActive)
}

/** Counts the timeouts for which the oldest write has been under way. */
export function countStall(state: RaftState): number {
  const { stall, durability } = state
  const oldest = durability.outstanding[0]?.sequence ?? 0
  stall.ticks = oldest > 0 && oldest === stall.sequence ? stall.ticks + 1 : 0
  stall.sequence = oldest
  return stall.ticks
}
