import type { Outcome } from '../errors.ts'
import type { LogIndex, NodeId } from '../ids.ts'
import type { Token } from '../log/durability.ts'
import type { Entry } from '../log/entry.ts'
import type { SnapshotMeta, StorageOperation } from '../log/storage-operation.ts'
import type { Envelope, Message } from './message.ts'
import type { TraceEvent } from './trace.ts'

/** One atomic, ordered change of durable state. */
export interface Persist {
  readonly token: Token
  readonly operations: readonly StorageOperation[]
  /** Must it survive a crash before it completes? False only where losing it is harmless (compaction). */
  readonly sync: boolean
}

/** Messages that may leave only once the persist `token` is durable. */
export interface HeldMessages<M extends Message> {
  readonly token: Token
  readonly envelopes: readonly Envelope<M>[]
}

/** Sets the timer `name` (again) to run out after a delay that the host draws evenly from `range`, or cancels it. Milliseconds. */
export interface TimerChange {
  readonly name: string
  readonly range: { readonly min: number; readonly max: number } | undefined
}

/** Why a request was turned down. */
export type RejectReason =
  | 'not-leader'
  | 'no-leader'
  | 'leadership-lost'
  | 'overloaded'
  | 'not-supported'
  | 'not-member'
  /** A membership that cannot be: its quorums do not meet as this engine needs, or nobody is in it. */
  | 'invalid-membership'
  /** Another membership is on its way, or may be; this one can be asked for again when that is in force. */
  | 'change-pending'
  /** Somebody who is to vote did not get close enough behind the leader in time. Nothing has changed. */
  | 'catch-up-failed'
  /** This replica is a witness: it has no machine that could answer. */
  | 'witness'
  /** Leadership is on its way to another. */
  | 'transferring'
  /** Leadership cannot be handed to that one: it leads already, or is no voter that could. */
  | 'invalid-target'
  /** The other did not take over in time, or cannot any more. */
  | 'transfer-failed'
  | 'stopping'

/**
 * The end of a request. Each request gets exactly one: a proposal ends when its entry is applied (its `request` says
 * whose it is), or by one of these.
 */
export type Reply =
  /** The read may be served once `index` is applied. */
  | { readonly type: 'readReady'; readonly sequence: number; readonly index: LogIndex }
  /** The change of membership or the transfer is done. */
  | { readonly type: 'done'; readonly sequence: number }
  | {
      readonly type: 'rejected'
      readonly sequence: number
      readonly reason: RejectReason
      readonly outcome: Outcome
      /** Who leads, if known: where to ask instead. */
      readonly leader: NodeId | undefined
    }
  /** Every proposal of this replica up to `sequence` that has no answer yet: the engine lost sight of it, it may or may not be applied. */
  | { readonly type: 'abandoned'; readonly sequence: number; readonly reason: RejectReason }

/** Work on snapshots for the host. */
export type SnapshotOrder<M extends Message> =
  /** Somebody needs a snapshot that is newer than any there is: build one soon. */
  | { readonly type: 'build' }
  /**
   * Send the newest snapshot to `to`, in chunks, and `message` with it; it comes out there as `snapshotReceived`. Ends
   * here in exactly one of `snapshotSent`, `snapshotFailed` and `peerDown`. A second order for the same peer replaces
   * the first.
   */
  | { readonly type: 'send'; readonly to: NodeId; readonly message: M }
  /** Replace the machine's state with this snapshot, before anything in `apply`. The log changes by `persist`. */
  | { readonly type: 'install'; readonly meta: SnapshotMeta }

/** Everything an engine decided since the last `take`. The host carries it out in the order of these fields. */
export interface Output<M extends Message = Message> {
  /** May leave now. */
  readonly send: readonly Envelope<M>[]
  readonly persist: Persist | undefined
  /** Leave when their token is durable. A message that depends on the disk is here and nowhere else. */
  readonly sendAfter: readonly HeldMessages<M>[]
  readonly snapshots: readonly SnapshotOrder<M>[]
  /** Committed entries, dense, each exactly once in an engine's life. */
  readonly apply: readonly Entry[]
  readonly replies: readonly Reply[]
  readonly timers: readonly TimerChange[]
  /** Links to break and make again: their sessions carried something wrong or are to be forgotten. */
  readonly resets: readonly NodeId[]
  /** Entries wanted from the log store because they have left memory. */
  readonly fetch: { readonly from: LogIndex; readonly to: LogIndex } | undefined
  readonly events: readonly TraceEvent[]
}

/** The output of an engine that has decided nothing. */
export const noOutput: Output<never> = {
  send: [],
  persist: undefined,
  sendAfter: [],
  snapshots: [],
  apply: [],
  replies: [],
  timers: [],
  resets: [],
  fetch: undefined,
  events: [],
}
