/**
 * Zab, the atomic broadcast of ZooKeeper, as a pure and deterministic engine: Fast Leader Election, discovery,
 * synchronization, broadcast.
 *
 * @packageDocumentation
 */
export { zab } from './zab.ts'
export { type ZabMark, zabMarks } from './marks.ts'
export type { ZabInvariant } from './checks/monitor.ts'
export type { UnsafeRules, ZabOptions } from './options.ts'
export type * from './message.ts'
export type * from './state.ts'
export type { Vote } from './election/vote.ts'
export { type Zxid, compareZxid } from './zxid.ts'
export { validate } from './validate.ts'
export { checkDelta } from './check-delta.ts'
export { type HardState, decodeHardState, encodeHardState } from './history/hard-state.ts'
export { type SyncChoice, chooseSync } from './synchronization/choose-sync.ts'
