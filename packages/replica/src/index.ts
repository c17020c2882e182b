/**
 * One engine, one machine, their stores and their transport: the replica, and the turn.
 *
 * @packageDocumentation
 */
export type { ChangeListener } from './machine-host.ts'
export * from './memory/index.ts'
export * from './replica-options.ts'
export * from './replica.ts'
export { RequestTable } from './requests/request-table.ts'
export type { Waiter } from './requests/waiter.ts'
export * from './storage/index.ts'
