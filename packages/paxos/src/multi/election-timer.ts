import type { NodeId } from '@quorate/core'
import { type PaxosNode } from './node.ts'

/**
 * The timer `election` runs in two stages, so that "heard from the leader within the minimum election timeout" is a
 * fact of this replica's own timer and no clock is read:
 *
 * 1. each contact with the leader sets it to the minimum; until it runs out the leader counts as alive;
 * 2. then it is set to a delay drawn from what is left of the range, at whose end the replica starts phase 1.
 *
 * Without a leader there is only the second stage, over the whole range.
 */
export const electionTimer = 'election'
export const heartbeatTimer = 'heartbeat'

/** The leader has just been heard of. */
export function hearLeader(node: PaxosNode): void {
  const { state, config } = node
  state.leaderAlive = true
  state.grants = 0
  node.outbox.setTimer(electionTimer, config.electionMin)
}

/** The leader has been silent for the minimum election timeout, or said that it no longer leads. */
export function suspectLeader(node: PaxosNode): void {
  const { state, config } = node
  state.leaderAlive = false
  node.outbox.setTimer(electionTimer, 0, config.electionMax - config.electionMin)
}

/** Waits for a leader, or for the end of phase 1. */
export function armElection(node: PaxosNode): void {
  node.outbox.setTimer(electionTimer, node.config.electionMin, node.config.electionMax)
}

/**
 * Another proposer was faster: waits for a random while, so that it can finish, and twice as long each time in a row
 * (PMMC, §3). Duelling proposers thus make way for each other (Paxos Made Simple, §2.4).
 */
export function backOff(node: PaxosNode): void {
  const { state, config } = node
  const shift = Math.min(state.preemptions, 4)
  const min = Math.min(config.heartbeatInterval * 2 ** shift, config.electionMin)
  node.outbox.setTimer(electionTimer, min, Math.min(3 * min, config.electionMax))
  state.preemptions += 1
}

/** After so many promises to others in a row without a leader, a replica's own timer runs on. */
const patience = 2

/** A promise was given: its proposer gets time to finish; but one that never does must not hold this replica up for ever. */
export function makeWay(node: PaxosNode): void {
  const { state } = node
  state.grants += 1
  if (state.grants <= patience) armElection(node)
}

/** Is the leader alive as far as this replica can tell, and somebody else than `asker`? Then phase 1 of `asker` would only disturb. */
export function hasLiveLeader({ state }: PaxosNode, asker: NodeId): boolean {
  return state.role === 'leader' || (state.leaderAlive && state.leader !== asker)
}
