/**
 * Paxos: the single-decree protocol for reading, its relatives, and Multi-Paxos as an engine.
 *
 * @packageDocumentation
 */
export * as casPaxos from './cas/index.ts'
export * as fastPaxos from './fast/index.ts'
export * as singleDecree from './single-decree/index.ts'
export * from './multi/index.ts'
