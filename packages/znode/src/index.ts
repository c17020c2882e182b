/**
 * A ZooKeeper-like tree of znodes as a state machine: versions, sequential nodes, multi, stats with zxids.
 *
 * @packageDocumentation
 */
export * from './machine.ts'
export * from './api/changes.ts'
export * from './api/commands.ts'
export * from './api/errors.ts'
export * from './api/queries.ts'
export * from './api/results.ts'
export * from './api/stat.ts'
export * from './api/zxid.ts'
