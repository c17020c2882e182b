/** How many messages of each type. */
export type MessageCounts = Readonly<Record<string, number>>

/**
 * What a protocol costs, as its paper has it: the prediction beside which runs are counted. Without batching: the
 * leader proposes a command when the one before it is committed. What is `periodic` is overhead, in none of the figures.
 */
export interface CostModel {
  /** Messages for one commit among so many voters, command proposed at the leader. */
  messagesPerCommit(voters: number): number
  /** The same by type. `observers`: how many there are besides; default: 0. */
  commitMessages(voters: number, observers?: number): MessageCounts
  /** Message delays from the leader's proposal to its commit there. */
  readonly delaysToCommit: number
  /** Message delays from the proposal until followers know it committed; or they learn with the leader's next message. */
  readonly delaysToLearn: number | 'next-message'
  /** Durable writes for one commit, of all replicas together. `observers`: as above. */
  fsyncsPerCommit(voters: number, observers?: number): number
  /** Durable writes one after the other from the proposal to its commit, all disks being equally fast. */
  readonly fsyncsToCommit: number
  /** Types that a leader sends by a timer, and their answers. */
  readonly periodic: readonly string[]
  readonly election: ElectionCost
}

/**
 * What a clean election costs: all voters are up, one stands, none has to be asked twice. From the moment at which the
 * old leader is missed until all follow an established one.
 */
export interface ElectionCost {
  /** By type. Those of `unfixed` are not among them. */
  messages(voters: number): MessageCounts
  /** Durable writes of all replicas together. */
  fsyncs(voters: number): number
  /** Types of which there are more or fewer with the timing: of the order of the square of the voters. */
  readonly unfixed: readonly string[]
}
