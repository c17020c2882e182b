import type { NodeId } from '@quorate/core'
import { becomeFollower } from '../become.ts'
import { heartbeatTimer } from '../election-timer.ts'
import { canDecide, canElect, ignore, membershipInForce, type PaxosNode, trace } from '../node.ts'
import type { Leadership, PaxosState } from '../state.ts'
import { learnFromSource } from '../learner/learn.ts'
import { isBehind, teachersOf } from '../learner/teachers.ts'
import { beginBeat, sendHeartbeat } from './replicate.ts'

/**
 * The leader's timer ran out. Before it sends heartbeats it makes sure that it still deserves to lead: that a quorum
 * answers, and that its own disk does.
 */
export function onHeartbeatTimeout(node: PaxosNode): void {
  const { state, config, outbox } = node
  const { leadership } = state
  if (leadership === undefined) return ignore(node, 'heartbeat', 'not-leading')
  for (const progress of leadership.progress.values()) progress.quiet += 1
  const { leadWithoutQuorum, ignoreStalledDisk } = config.unsafe
  if (countStall(state) >= config.stallLimit && ignoreStalledDisk !== true) {
    trace(node, 'DiskStalled', 'none', { persist: state.stall.sequence, heartbeats: state.stall.ticks })
    return becomeFollower(node, undefined, 'disk-stalled')
  }
  if (!hasActiveQuorum(node, leadership) && leadWithoutQuorum !== true) {
    trace(node, 'QuorumLost', 'Paxos Made Simple 2.4', { beat: leadership.beat })
    return becomeFollower(node, undefined, 'quorum-lost')
  }
  if (isBehind(state) && teachersOf(node).length === 0) {
    // Another ballot finds the values by those who accepted them.
    return becomeFollower(node, undefined, 'nobody-to-learn-from')
  }
  beginBeat(node, leadership)
  for (const progress of leadership.progress.values()) {
    sendHeartbeat(node, leadership, progress)
    if (progress.markBeat > 0) continue
    progress.markBeat = leadership.beat
    progress.markNext = progress.next
  }
  learnFromSource(node)
  outbox.setTimer(heartbeatTimer, config.heartbeatInterval)
}

/**
 * Has a quorum answered a new beat lately? Repeats of old answers do not count. And if those who decide the next slot
 * have yet to promise, can they? Where more are needed to elect than to decide, a leader that reaches the latter alone
 * would propose nothing, and keep them from electing another.
 */
function hasActiveQuorum(node: PaxosNode, leadership: Leadership): boolean {
  const { state, config } = node
  const membership = membershipInForce(state)
  const isActive = (voter: NodeId): boolean =>
    voter === state.self || (leadership.progress.get(voter)?.quiet ?? Infinity) < config.quietLimit
  if (!canDecide(node, membership, isActive)) return false
  const hasPromised = (voter: NodeId): boolean => state.phase1?.promised.has(voter) === true
  return canElect(node, membership, (voter) => hasPromised(voter) || isActive(voter))
}

/** Counts the timeouts for which the oldest write has been under way. */
export function countStall(state: PaxosState): number {
  const { stall, durability } = state
  const oldest = durability.outstanding[0]?.sequence ?? 0
  stall.ticks = oldest > 0 && oldest === stall.sequence ? stall.ticks + 1 : 0
  stall.sequence = oldest
  return stall.ticks
}
