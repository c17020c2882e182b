import type { CostModel } from '@quorate/core'

/** What Zab costs. Zab (DSN 2011), §4 and figure 2; the election as ZooKeeper has it. */
export const cost: CostModel = {
  messagesPerCommit: (voters) => 3 * (voters - 1),
  /**
   * PROPOSAL to, ACK from and COMMIT to each follower. An observer is told all of it at once, when it is committed, and
   * acknowledges that too, so that a slow one is not sent more than it can take; ZooKeeper's do not. If followers feed
   * observers these are as many, one delay later, and none of them at the leader.
   */
  commitMessages: (voters, observers = 0) => ({
    PROPOSAL: voters - 1,
    ACK: voters - 1 + observers,
    COMMIT: voters - 1,
    ...(observers > 0 && { INFORM: observers }),
  }),
  /** PROPOSAL and ACK. */
  delaysToCommit: 2,
  /** COMMIT is a message of its own. */
  delaysToLearn: 3,
  /** Every replica logs, the leader in parallel with sending. */
  fsyncsPerCommit: (voters, observers = 0) => voters + observers,
  fsyncsToCommit: 1,
  periodic: ['PING', 'PONG'],
  election: {
    /** Discovery and synchronization: phases 1 and 2 with each follower, whose history needs no change. */
    messages: (voters) => ({
      FOLLOWERINFO: voters - 1,
      LEADERINFO: voters - 1,
      ACKEPOCH: voters - 1,
      DIFF: voters - 1,
      NEWLEADER: voters - 1,
      ACK: voters - 1,
      UPTODATE: voters - 1,
    }),
    /** acceptedEpoch, then currentEpoch. */
    fsyncs: (voters) => 2 * voters,
    unfixed: ['NOTIFICATION'],
  },
}
