import type { CostModel } from '@quorate/core'
import type { RaftConfig } from './options.ts'

/** What Raft costs. Figure 2 of the paper; §9.6 of the thesis for pre-votes. */
export function costOf({ preVote, eagerCommit }: RaftConfig): CostModel {
  /** Appends to each member, and answers from it: with `eagerCommit` a second one, which tells of the commit. */
  const appends = eagerCommit ? 2 : 1
  return {
    messagesPerCommit: (voters) => 2 * appends * (voters - 1),
    commitMessages: (voters, observers = 0) => ({
      AppendEntries: appends * (voters + observers - 1),
      AppendEntriesResponse: appends * (voters + observers - 1),
    }),
    delaysToCommit: 2,
    /** The commit index rides on the next append. */
    delaysToLearn: eagerCommit ? 3 : 'next-message',
    /** Every replica logs, the leader in parallel with sending. */
    fsyncsPerCommit: (voters, observers = 0) => voters + observers,
    fsyncsToCommit: 1,
    periodic: ['Heartbeat', 'HeartbeatResponse'],
    election: {
      /** Two for each vote, two for each pre-vote, and a round for the entry that a leader starts its term with. */
      messages: (voters) => ({
        ...(preVote && { RequestPreVote: voters - 1, RequestPreVoteResponse: voters - 1 }),
        RequestVote: voters - 1,
        RequestVoteResponse: voters - 1,
        AppendEntries: voters - 1,
        AppendEntriesResponse: voters - 1,
      }),
      /** Every voter's term and vote, then that entry. */
      fsyncs: (voters) => 2 * voters,
      unfixed: [],
    },
  }
}
