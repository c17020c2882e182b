import { QuorateError } from '@quorate/core'
import type { MultiPaxosOptions, UnsafePaxosRules } from '@quorate/paxos'
import type { RaftOptions, UnsafeRaftRules } from '@quorate/raft'
import type { EngineOptions } from '@quorate/scenario'
import type { UnsafeRules, ZabOptions } from '@quorate/zab'

/** A record that the compiler checks to have every option, and no other. */
type Every<T, Groups extends keyof T = never> = Readonly<Record<Exclude<keyof T, Groups | 'unsafe'>, true>>

const raftOptions: Every<RaftOptions, 'electionTimeout' | 'priorities'> = {
  heartbeatInterval: true,
  preVote: true,
  checkQuorum: true,
  leaderStickiness: true,
  leaseDuration: true,
  clockDrift: true,
  maxBatchBytes: true,
  maxInflightMessages: true,
  maxInflightBytes: true,
  maxUncommittedBytes: true,
  maxForwardedBytes: true,
  eagerCommit: true,
  memoryTail: true,
  memoryTailBytes: true,
  compactionTail: true,
  compactionTailBytes: true,
  catchUpTail: true,
  forwardTimeout: true,
  diskStallTimeout: true,
  alwaysJoint: true,
  catchUpRounds: true,
  catchUpTimeout: true,
}

const raftRules: Every<UnsafeRaftRules> = {
  commitOldTerms: true,
  forgetVoteOnStepDown: true,
  countSelfVoteBeforeDurable: true,
  ackBeforeDurable: true,
  skipReadConfirmation: true,
  skipOwnTermReadGate: true,
  persistNoVote: true,
  reuseReadRounds: true,
  unsortedQuorumScan: true,
  purgedPrevIsConflict: true,
  acceptOldSessions: true,
  trustOvertakenWrites: true,
  commitAloneBeforeDurable: true,
  leadWithoutQuorum: true,
  ignoreStalledDisk: true,
  leaseFromAnswers: true,
  forgetLease: true,
  keepLeaseInTransfer: true,
  changeBeforeOwnCommit: true,
  membershipWhenCommitted: true,
  overlappingChanges: true,
  leaveJointEarly: true,
  skipJoint: true,
  commitOnWitnesses: true,
}

const zabOptions: Every<ZabOptions, 'notificationInterval'> = {
  tick: true,
  syncLimit: true,
  initLimit: true,
  epochLimit: true,
  finalizeWait: true,
  handoverLimit: true,
  catchUpLimit: true,
  followersFeedObservers: true,
  stallLimit: true,
  maxBatchBytes: true,
  maxInFlightMessages: true,
  maxInFlightBytes: true,
  maxUncommittedBytes: true,
  maxPendingReads: true,
  compactionTail: true,
  compactionTailBytes: true,
  memoryTail: true,
  memoryTailBytes: true,
}

const zabRules: Every<UnsafeRules> = {
  ackNewLeaderBeforeDurable: true,
  currentEpochBeforeHistory: true,
  reportCommittedZxid: true,
  proposeEpochBeforeDurable: true,
  skipQuorumOnReads: true,
  ackBeforeDurable: true,
  countEpochAcks: true,
  establishOnEpochAcks: true,
  skipTruncation: true,
  persistNoPromise: true,
  applyOnSync: true,
  ignoreEpochInVotes: true,
  electById: true,
  leadWithoutQuorum: true,
  ignoreStalledDisk: true,
  adoptEpochOnUpToDate: true,
  newLeaderBeforeContent: true,
  believeNewLeader: true,
  installSnapInMemory: true,
  expectNewLeaderAck: true,
  commitBeforeUpToDate: true,
  countEarlierConnections: true,
  joinByWholeVotes: true,
  absoluteInitLimit: true,
  skipJoint: true,
  commitWithOldQuorum: true,
  adoptMembershipWhenCommitted: true,
  countBeforeCaughtUp: true,
  counterOf32Bits: true,
}

const multiPaxosOptions: Every<MultiPaxosOptions, 'electionTimeout'> = {
  heartbeatInterval: true,
  window: true,
  leaseDuration: true,
  clockDrift: true,
  maxBatchBytes: true,
  maxInflightMessages: true,
  maxInflightBytes: true,
  maxUncommittedBytes: true,
  compactionTail: true,
  compactionTailBytes: true,
  forwardTimeout: true,
  diskStallTimeout: true,
}

const multiPaxosRules: Every<UnsafePaxosRules> = {
  quorumMinusOne: true,
  promiseBeforeDurable: true,
  persistNoPromise: true,
  acceptBeforeDurable: true,
  ignoreAccepted: true,
  takeLowestBallot: true,
  reuseBallot: true,
  acceptBelowPromise: true,
  trustAnyAccepted: true,
  membershipAtOnce: true,
  skipNewQuorum: true,
  skipReadConfirmation: true,
  skipReadGate: true,
  reuseReadBeats: true,
  leaseFromAnswers: true,
  forgetLease: true,
  leadWithoutQuorum: true,
  ignoreStalledDisk: true,
}

/** The replicas that options can name: scripts and runs have no more. */
const fewReplicas = [1, 2, 3, 4, 5, 6, 7, 8, 9]

const unsafe = (rules: object): string[] => Object.keys(rules).map((rule) => `unsafe.${rule}`)

/** Names of options, dotted where they are nested: what a script, a run file or `--option` may say. */
export const raftOptionNames: readonly string[] = [
  ...Object.keys(raftOptions),
  'electionTimeout.min',
  'electionTimeout.max',
  ...fewReplicas.map((id) => `priorities.${id}`),
  ...unsafe(raftRules),
]

export const zabOptionNames: readonly string[] = [
  ...Object.keys(zabOptions),
  'notificationInterval.min',
  'notificationInterval.max',
  ...unsafe(zabRules),
]

export const multiPaxosOptionNames: readonly string[] = [
  ...Object.keys(multiPaxosOptions),
  'electionTimeout.min',
  'electionTimeout.max',
  ...unsafe(multiPaxosRules),
]

/** @throws QuorateError `USAGE` for an option that the engine does not have */
export function checkOptionNames(engine: string, options: EngineOptions, known: readonly string[]): void {
  const stranger = Object.keys(options).find((name) => !known.includes(name))
  if (stranger === undefined) return
  throw new QuorateError('USAGE', `${engine} has no option "${stranger}"; it has: ${known.join(', ')}`)
}
