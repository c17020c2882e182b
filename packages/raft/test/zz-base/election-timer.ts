import type { NodeId } from '@quorate/core'
import type { RaftNode } from './node.ts'
import { campaignDelay } from './priority.ts'

/**
 * The timer `election` runs in two stages, so that "heard from the leader within the minimum election timeout" is a
 * fact of this replica's own timer and no clock is read:
 *
 * 1. each contact with the leader sets it to the minimum; until it runs out the leader counts as alive;
 * 2. then it is set to a delay drawn from what is left of the range, at whose end the replica campaigns.
 *
 * Without a leader there is only the second stage, over the whole range.
 */
export const electionTimer = 'election'

/** The leader has just been heard of. */
export function hearLeader(node: RaftNode): void {
  const { state, config } = node
  state.leaderAlive = true
  node.outbox.setTimer(electionTimer, config.electionMin)
}

/** The leader has been silent for the minimum election timeout, or said that it no longer leads. */
export function suspectLeader(node: RaftNode): void {
  const { state, config } = node
  state.leaderAlive = false
  const delay = campaignDelay(node)
  node.outbox.setTimer(electionTimer, delay, delay + config.electionMax - config.electionMin)
}

/** Waits for a leader, or for the end of an election. */
export function armElection(node: RaftNode): void {
  const { config, outbox } = node
  const delay = campaignDelay(node)
  outbox.setTimer(electionTimer, config.electionMin + delay, config.electionMax + delay)
}

/**
 * Is the leader alive as far as this replica can tell, and somebody else than `asker`? Then a campaign of `asker`
 * would only disturb. Thesis §4.2.3 and §6.2. (A leader that campaigns has ceased to lead: it may be followed again.)
 * Without the option `leaderStickiness` nobody minds.
 */
export function hasLiveLeader(node: RaftNode, asker: NodeId): boolean {
  const { state, config } = node
  if (!config.leaderStickiness) return false
  return state.role === 'leader' || (state.leaderAlive && state.leader !== asker)
}
