/** A replica's identity: a positive integer, fixed for its life. Never an address. */
export type NodeId = number

/** A position in the replicated log. Dense, from 1; 0 is "before the first entry". */
export type LogIndex = number

/** Raft's term, Zab's epoch, the round of a Paxos ballot: grows with each change of leadership. */
export type Epoch = number

/**
 * Names who waits for an entry's result: the replica that the client is connected to, and the sequence number that
 * this replica gave the request. Sequences grow within a replica and are never used twice, not even across restarts:
 * the host builds them from its log store's incarnation (see {@link firstSequence}).
 */
export interface RequestId {
  readonly replica: NodeId
  readonly sequence: number
}

/** Requests per incarnation. 2^32 sequences × 2^21 incarnations fill a safe integer. */
const sequencesPerIncarnation = 2 ** 32

/** The first request sequence of a replica's `incarnation`-th start (counted by its log store). */
export function firstSequence(incarnation: number): number {
  return incarnation * sequencesPerIncarnation
}
