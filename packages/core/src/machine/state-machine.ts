import type { Epoch, LogIndex, RequestId } from '../ids.ts'
import type { Codec } from './codec.ts'

/** Where and when a command is applied. Equal on every replica, so a machine may use all of it. */
export interface ApplyContext {
  /** The entry's place in the log. */
  readonly index: LogIndex
  /** The epoch that the entry was first proposed in. A later entry may carry a smaller one under Paxos: take the running maximum. */
  readonly epoch: Epoch
  /** The proposing leader's wall clock, milliseconds since 1970. May go back across leaders: take the running maximum. */
  readonly time: number
  /** Who waits for the result, if anyone does. */
  readonly request: RequestId | undefined
}

/** Receives a machine's changes in the order in which they are made, while they are made. */
export interface ChangeSink<Change> {
  push(change: Change): void
  /** True: nobody listens, so a machine may leave out what it would make for them alone. @default false */
  readonly isUnheard?: boolean
}

/** A machine's state at one index, read while later commands are applied. */
export interface SnapshotSource {
  /** The next piece, or `undefined` at the end. Pieces are at most about 256 KiB. */
  next(): Uint8Array | undefined
  /** Lets go of the state that the snapshot holds. Called exactly once, after the end or early. */
  close(): void
}

/**
 * A deterministic state machine. Equal commands in equal order give equal states, results, changes and digests on
 * every replica, engine and platform: so no clock, no randomness, no iteration order that is not defined, and no
 * exception that a command can cause (a refused command is a result like any other).
 *
 * Anything that depends on time (a lease or session that runs out) is proposed by the leader's host as a command.
 */
export interface StateMachine<Command, Result, Query, Answer, Change> {
  /** Applies one command. Synchronous; the context is reused for the next call, so keep its fields, not the object. */
  apply(command: Command, at: ApplyContext, changes: ChangeSink<Change>): Result
  /** Reads. Never changes the state. */
  query(query: Query): Answer
  /** The state as of the last command applied. Cheap to take; its cost is spread over the calls of `next`. */
  snapshot(): SnapshotSource
  /** Replaces the state by a snapshot's. The chunks arrive as written, though cut at other places. Throws a `QuorateError` with code `DECODE` if they are not a snapshot. */
  restore(chunks: Iterable<Uint8Array>): void
  /** A number that is equal on replicas with equal states, and otherwise almost surely not. Cheap: it is asked for after every step in simulation. */
  digest(): number
}

/** The encodings of a machine's types. */
export interface MachineCodecs<Command, Result, Query, Answer, Change> {
  readonly command: Codec<Command>
  readonly result: Codec<Result>
  readonly query: Codec<Query>
  readonly answer: Codec<Answer>
  readonly change: Codec<Change>
}

/** A kind of state machine: what a composition root hands to a replica. */
export interface MachineDefinition<Command, Result, Query, Answer, Change> {
  /** Stored beside the log, so that a directory is not opened by another machine. */
  readonly name: string
  /** Version of the encodings of commands and snapshots; grows when they change. */
  readonly version: number
  readonly codecs: MachineCodecs<Command, Result, Query, Answer, Change>
  create(): StateMachine<Command, Result, Query, Answer, Change>
}

/** A definition whose types do not matter to the one who holds it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMachineDefinition = MachineDefinition<any, any, any, any, any>
