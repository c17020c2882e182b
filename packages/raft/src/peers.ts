import { isWitness, lastIndex, type Membership, type NodeId } from '@quorate/core'
import { openMemberships, peersOf } from './memberships.ts'
import { createProgress, type Progress } from './progress.ts'
import type { Leadership, RaftState } from './state.ts'

/** Whoever is no member any more is told so for so many heartbeats. */
const farewellBeats = 3

/**
 * Whom a leader replicates to: every member of the memberships that may decide, one who is on the way out until that is
 * committed (thesis §4.2.2), and who is being brought up to date.
 */
export function createPeers(state: RaftState): Map<NodeId, Progress> {
  const next = lastIndex(state.log) + 1
  const memberships = openMemberships(state).map(({ membership }) => membership)
  return new Map(
    peersOf(state, []).map((peer) => [peer, createProgress(peer, next, 1, isIn(memberships, peer))]),
  )
}

/** Memberships have changed: who is new is probed, in a session never used before (L9), and who has left is forgotten. */
export function syncPeers(state: RaftState, leadership: Leadership): void {
  const { change, progress, leaving } = leadership
  const next = lastIndex(state.log) + 1
  const memberships = openMemberships(state).map(({ membership }) => membership)
  const catchUp = change?.catchUp
  if (change !== undefined && catchUp !== undefined) memberships.push(change.target)
  const start = (peer: NodeId): Progress =>
    createProgress(peer, next, ++leadership.lastSession, isIn(memberships, peer))
  const wanted = peersOf(state, catchUp?.newcomers ?? [])
  // One who comes back comes as a stranger: its disk may be another.
  for (const peer of leaving?.peers ?? []) if (wanted.includes(peer)) progress.delete(peer)
  const peers = leaving === undefined ? wanted : peersOf(state, [...wanted, ...leaving.peers])
  if (leaving !== undefined) leaving.peers = leaving.peers.filter((peer) => !wanted.includes(peer))
  leadership.progress = new Map(peers.map((peer) => [peer, progress.get(peer) ?? start(peer)]))
}

/** A heartbeat of the leader: newcomers take longer, and leavers have been told long enough. */
export function countPeerBeat(state: RaftState, leadership: Leadership): void {
  const { change, leaving } = leadership
  if (change?.catchUp !== undefined) change.catchUp.beats += 1
  if (leaving === undefined) return
  leaving.beats += 1
  if (leaving.beats <= farewellBeats) return
  leadership.leaving = undefined
  syncPeers(state, leadership)
}

function isIn(memberships: readonly Membership[], peer: NodeId): boolean {
  return memberships.some((membership) => isWitness(membership, peer))
}
