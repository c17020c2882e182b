/**
 * Raft as a pure, deterministic engine: elections with PreVote and CheckQuorum, pipelined replication, linearizable
 * reads, snapshots.
 *
 * @packageDocumentation
 */
export { checkDelta } from './check-delta.ts'
export type { Change } from './confchange/change.ts'
export {
  changeSimply,
  changesBetween,
  enterJoint,
  leaveJoint,
  type RosterProblem,
  type RosterResult,
} from './confchange/change-roster.ts'
export { emptyRoster, membershipOfRoster, participantsOf, type Roster } from './confchange/roster.ts'
export { decodeHardState, encodeHardState, type HardState } from './hard-state.ts'
export { raftMarks, type RaftMark } from './marks.ts'
export * from './messages.ts'
export type { RaftOptions, UnsafeRaftRules } from './options.ts'
export type { Progress, ProgressPhase } from './progress.ts'
export { raft } from './raft.ts'
export type * from './state.ts'
export { validate } from './validate.ts'
