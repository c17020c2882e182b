import type { CostModel } from '@quorate/core'

/** What one commit costs among `n` voters. Zab (DSN 2011), figure 2. */
export const cost: CostModel = {
  /** PROPOSAL to, ACK from and COMMIT to each follower. */
  messagesPerCommit: (replicas) => 3 * (replicas - 1),
  /** PROPOSAL and ACK. */
  delaysToCommit: 2,
  /** Every voter logs, the leader in parallel with sending. */
  fsyncsPerCommit: (replicas) => replicas,
  commitMessages: ['PROPOSAL', 'ACK', 'COMMIT'],
}
