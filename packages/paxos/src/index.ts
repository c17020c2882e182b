/**
 * Paxos: the single-decree protocol for reading, its relatives, and Multi-Paxos as an engine.
 *
 * @packageDocumentation
 */
export {}
