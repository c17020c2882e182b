import { type NodeId, votersOf } from '@quorate/core'
import { membershipOf, type RaftNode } from './node.ts'
import type { RaftConfig } from './options.ts'

/**
 * Priorities of elections: a preference, never a condition. Votes and pre-votes do not look at them, so whoever could
 * win without them can win with them. They do two things:
 *
 * - who has voters of higher priority above itself campaigns later, by one spread of the election timeout for each step;
 * - a leader hands over to a voter of higher priority that answers and holds what is committed.
 */
export function priorityOf({ priorities }: RaftConfig, node: NodeId): number {
  return priorities?.get(node) ?? 0
}

/** How much longer than the first this replica waits before it campaigns, milliseconds. */
export function campaignDelay({ config, state }: RaftNode): number {
  if (config.priorities === undefined) return 0
  const own = priorityOf(config, state.self)
  const higher = votersOf(membershipOf(state))
    .map((voter) => priorityOf(config, voter))
    .filter((priority) => priority > own)
  return new Set(higher).size * (config.electionMax - config.electionMin)
}
