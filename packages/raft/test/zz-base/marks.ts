/** Why something is not acted on. */
const ignoreReasons = [
  'beyond-my-log',
  'came-without-its-snapshot',
  'disk-failed',
  'disk-stalled',
  'leader-alive',
  'leading',
  'leased',
  'malformed',
  'no-candidate',
  'no-pre-candidate',
  'no-progress',
  'no-snapshot-message',
  'no-voter',
  'not-asked',
  'not-for-my-log',
  'not-leading',
  'not-my-leader',
  'old-round',
  'other-round',
  'other-session',
  'overtaken',
  'snapshot-ahead-of-its-leader',
  'stale-term',
  'transfer-over',
  'unsound-entries',
  'vote-under-way',
] as const

/** Why a vote is refused. Figure 2, RequestVote RPC; §5.4.1. */
const voteRefusals = ['stale-term', 'voted-for-another', 'term-has-leader', 'log-behind', 'leased'] as const

/** Why a pre-vote is refused. Thesis §9.6. */
const preVoteRefusals = ['stale-term', 'leader-alive', 'leased', 'log-behind'] as const

export type IgnoreReason = (typeof ignoreReasons)[number]
export type VoteRefusal = (typeof voteRefusals)[number]
export type PreVoteRefusal = (typeof preVoteRefusals)[number]

/** Decisions, by their names in Raft's TLA+ specification where it has one. */
const decisions = [
  // Elections
  'Restart',
  'Timeout',
  'SuspectLeader',
  'PreVote',
  'HandlePreVoteRequest',
  'HandlePreVoteResponse',
  'RequestVote',
  'CountOwnVote',
  'HandleRequestVoteRequest',
  'RepeatVote',
  'HandleRequestVoteResponse',
  'BecomeLeader',
  'UpdateTerm',
  'FollowLeader',
  'ReturnToFollowerState',
  'StepDown',
  'LeaderSilent',
  'LeaderResigned',
  'QuorumLost',
  'DiskStalled',
  'DiskFailed',
  'BeginTransfer',
  'SendTimeoutNow',
  'TimeoutNow',
  'TransferDone',
  'TransferFailed',
  'PreferHigherPriority',
  // Replication
  'RejectStaleAppendEntries',
  'RejectAppendEntriesRequest',
  'RepeatedAppendEntries',
  'AppendBelowCommit',
  'ConflictAppendEntriesRequest',
  'TruncateUnderWay',
  'DecrementNextIndex',
  'SkipByHint',
  'LostSuffix',
  'Replicate',
  'ReplicateAfterHeartbeat',
  'WindowFull',
  'AppendLost',
  'FetchEntries',
  'FetchShort',
  'ProbeLost',
  'LinkChanged',
  'AdvanceCommitIndex',
  'LearnCommit',
  'WaitForOwnTerm',
  // Membership
  'Reconfigure',
  'RefuseChange',
  'CatchUp',
  'EndRound',
  'CatchUpFailed',
  'EnterMembership',
  'SettleMembership',
  // Snapshots
  'CompactLog',
  'KeepForSnapshot',
  'SendSnapshot',
  'WithholdSnapshot',
  'SnapshotSent',
  'SnapshotFailed',
  'InstallSnapshot',
  'SnapshotInLog',
  'SnapshotKnown',
  // Requests
  'RefuseProposals',
  'RepeatedProposals',
  'AbandonProposals',
  'ForwardRefused',
  'ForwardLost',
  'ForwardExpired',
  'ReadGateClosed',
  'ReadsConfirmed',
  'ReadByLease',
  'DropLease',
  'RepeatReadIndex',
  'FailReads',
  'DenyLeadership',
] as const

/** What a trace event of this engine is called: a decision, with its reason behind a point where there are several. */
export type RaftMark =
  | (typeof decisions)[number]
  | `Ignore.${IgnoreReason}`
  | `RefuseVote.${VoteRefusal}`
  | `RefusePreVote.${PreVoteRefusal}`

/** The names of all trace events of this engine. */
export const raftMarks: readonly RaftMark[] = [
  ...decisions,
  ...voteRefusals.map((reason): RaftMark => `RefuseVote.${reason}`),
  ...preVoteRefusals.map((reason): RaftMark => `RefusePreVote.${reason}`),
  ...ignoreReasons.map((reason): RaftMark => `Ignore.${reason}`),
]
