/** Why a message changes nothing. */
const ignoreReasons = [
  'malformed',
  'not-a-member',
  'cannot-lead',
  'not-leading',
  'not-my-leader',
  'not-my-learner',
  'other-connection',
  'other-epoch',
  'wrong-phase',
  'wrong-role',
  'older-round',
  'undecided',
  'already-known',
  'not-looking',
  'not-asked-for',
  'stale-join',
] as const

/** Why a replica leaves what it was doing and looks for a leader. */
const lookingReasons = [
  'started',
  'link-lost',
  'silence',
  'leader-is-looking',
  'leader-does-not-lead',
  'no-quorum',
  'no-progress',
  'voter-is-looking',
  'follower-is-ahead',
  'later-epoch-promised',
  'disk-stalled',
  'disk-recovered',
  'disk-failed',
  'candidate-lost',
  'epoch-below-promise',
  'history-mismatch',
  'below-commit',
  'proposal-not-next',
  'commit-not-held',
  'not-in-membership',
  'candidate-not-in-membership',
  'asked-to-join',
  'handed-over',
  'leader-hands-over',
  'counter-used-up',
] as const

/** Why a leader closes a connection. */
const dropReasons = [
  'link-lost',
  'silence',
  'looking',
  'snapshot-failed',
  'ack-unknown',
  'fell-behind',
  'not-a-member',
] as const

export type IgnoreReason = (typeof ignoreReasons)[number]
export type LookingReason = (typeof lookingReasons)[number]
export type DropReason = (typeof dropReasons)[number]

/**
 * Actions of the TLA+ specifications Zab.tla, FastLeaderElection.tla and ZkV3_7_0.tla, by their names; the rest, in lower
 * case, have none there.
 */
const decisions = [
  // Election
  'FLEReceiveNotmsg',
  'FLENotmsgTimeout',
  'FLEHandleNotmsg',
  'FLEWaitNewNotmsg',
  'round-caught-up',
  'unanimous',
  'established-joined',
  'UpdateLeader',
  'FollowLeader',
  'FollowerShutdown',
  'LeaderShutdown',
  // Discovery
  'ConnectAndFollowerSendFOLLOWERINFO',
  'LeaderProcessFOLLOWERINFO',
  'learner-waits',
  'observer-fed',
  'observer-refused',
  'epoch-chosen',
  'FollowerProcessLEADERINFO',
  'promise-repeated',
  'LeaderProcessACKEPOCH',
  'synchronization-begun',
  // Synchronization
  'LeaderSyncFollower.DIFF',
  'LeaderSyncFollower.TRUNC',
  'LeaderSyncFollower.SNAP',
  'FollowerProcessSyncMessage',
  'FollowerProcessPROPOSALInSync',
  'FollowerProcessNEWLEADER',
  'history-truncated',
  'history-replaced',
  'LeaderProcessACKLD',
  'established',
  'FollowerProcessUPTODATE',
  // Broadcast
  'LeaderProcessRequest',
  'FollowerProcessPROPOSAL',
  'LeaderProcessACK',
  'FollowerProcessCOMMIT',
  'window-full',
  'requests-refused',
  'requests-repeated',
  'requests-abandoned',
  'reads-confirmed',
  'reads-failed',
  // Reconfiguration
  'reconfiguration-asked',
  'reconfiguration-refused',
  'catch-up',
  'catch-up-failed',
  'reconfiguration-proposed',
  'joint-membership-committed',
  'reconfiguration-committed',
  'later-membership-told',
  'joins',
  // Hand-over
  'handover-begun',
  'handover-sent',
  'handover-received',
  'handover-done',
  'handover-failed',
  // Log and disk
  'history-read',
  'history-read-short',
  'log-compacted',
  'log-kept-for-learner',
  'disk-stalled',
  'disk-recovered',
  'disk-failed',
] as const

/** What a trace event of this engine is called: a decision, with its reason behind a point where there are several. */
export type ZabMark =
  | (typeof decisions)[number]
  | `FilterNonexistentMessage.${IgnoreReason}`
  | `looking.${LookingReason}`
  | `learner-dropped.${DropReason}`

/** The names of all trace events of this engine. */
export const zabMarks: readonly ZabMark[] = [
  ...decisions,
  ...lookingReasons.map((reason): ZabMark => `looking.${reason}`),
  ...dropReasons.map((reason): ZabMark => `learner-dropped.${reason}`),
  ...ignoreReasons.map((reason): ZabMark => `FilterNonexistentMessage.${reason}`),
]
