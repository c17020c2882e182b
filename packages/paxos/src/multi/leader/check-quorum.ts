import { becomeFollower } from '../become.ts'
import { heartbeatTimer } from '../election-timer.ts'
import { canDecide, ignore, membershipInForce, type PaxosNode, trace } from '../node.ts'
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

/** Has a quorum answered a new beat lately? Repeats of old answers do not count. */
function hasActiveQuorum(node: PaxosNode, leadership: Leadership): boolean {
  const { state, config } = node
  return canDecide(
    node,
    membershipInForce(state),
    (voter) =>
      voter === state.self || (leadership.progress.get(voter)?.quiet ?? Infinity) < config.quietLimit,
  )
}

/** Counts the timeouts for which the oldest write has been under way. */
export function countStall(state: PaxosState): number {
  const { stall, durability } = state
  const oldest = durability.outstanding[0]?.sequence ?? 0
  stall.ticks = oldest > 0 && oldest === stall.sequence ? stall.ticks + 1 : 0
  stall.sequence = oldest
  return stall.ticks
}
