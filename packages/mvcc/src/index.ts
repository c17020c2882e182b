/**
 * An etcd-like multi-version key-value store as a state machine: revisions, ranges, transactions, compaction.
 *
 * @packageDocumentation
 */
export * from './machine.ts'
export * from './api/changes.ts'
export * from './api/commands.ts'
export * from './api/compare.ts'
export * from './api/compare-and-set.ts'
export * from './api/errors.ts'
export * from './api/key-value.ts'
export * from './api/prefix-end.ts'
export * from './api/queries.ts'
export * from './api/results.ts'
