/** Why something is not acted on. */
const ignoreReasons = [
  'came-without-its-snapshot',
  'disk-failed',
  'disk-stalled',
  'leader-alive',
  'leading',
  'leased',
  'malformed',
  'no-member',
  'no-snapshot-message',
  'no-voter',
  'not-known',
  'not-leading',
  'not-my-leader',
  'nothing-new',
  'old-beat',
  'other-ballot',
  'other-window',
  'repeated',
  'snapshot-under-way',
  'too-far-ahead',
] as const

export type IgnoreReason = (typeof ignoreReasons)[number]

/** Decisions, by their names in Lamport's specification of Paxos and in PMMC where they have one. */
const decisions = [
  // Who proposes
  'Restart',
  'Timeout',
  'SuspectLeader',
  'LeaderSilent',
  'LeaderResigned',
  'FollowLeader',
  'StepDown',
  'GiveUpPhase1',
  'Preempted',
  'QuorumLost',
  'DiskStalled',
  'DiskFailed',
  'LinkChanged',
  // Phase 1
  'Phase1a',
  'AskAgain',
  'CountOwnPromise',
  'Phase1b',
  'Refuse',
  'Promised',
  'BecomeLeader',
  'AskNewVoters',
  // Phase 2
  'ProposeAgain',
  'WindowFull',
  'InflightFull',
  'AcceptLost',
  'AcceptAboveGap',
  'ChooseAboveGap',
  'Decide',
  // Learning
  'Learn',
  'Teach',
  'Learned',
  'SendSnapshot',
  'TransferEnded',
  'InstallSnapshot',
  'CompactLog',
  // Membership
  'Reconfigure',
  'EnterMembership',
  // Requests
  'RefuseProposals',
  'RepeatedProposals',
  'ForwardRefused',
  'ForwardLost',
  'ForwardExpired',
  'AbandonProposals',
  'DenyLeadership',
  'ReadGateClosed',
  'ReadByLease',
  'ReadsConfirmed',
  'RepeatReadIndex',
  'FailReads',
] as const

/** The name of a trace event of this engine. */
export type PaxosMark = (typeof decisions)[number] | `Ignore.${IgnoreReason}`

export const multiPaxosMarks: readonly PaxosMark[] = [
  ...decisions,
  ...ignoreReasons.map((reason) => `Ignore.${reason}` as const),
]
