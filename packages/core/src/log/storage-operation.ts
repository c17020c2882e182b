import type { Epoch, LogIndex } from '../ids.ts'
import type { Membership } from '../membership/membership.ts'
import type { Entry } from './entry.ts'

/** Describes a snapshot: the state after applying everything up to and including `index`. */
export interface SnapshotMeta {
  readonly index: LogIndex
  /** The epoch of the entry at `index`. */
  readonly epoch: Epoch
  /** The membership in force at `index`, and what was chosen by then and comes into force later. */
  readonly membership: Membership
}

/** A Paxos ballot: a round and who leads it. */
export interface Ballot {
  readonly round: number
  readonly node: number
}

/**
 * One change of durable state. A `persist` is an ordered list of them that takes effect whole or not at all.
 *
 * - `append`: Raft and Zab. The entries replace everything from the first one's index on.
 * - `accept`: Paxos. Each of the entries is put into its own slot, its `index`, with that ballot, in place of what was
 *   accepted there; every other slot, and every hole, stays as it is. In index order, each slot once. What lies at or
 *   below the log's start is passed over.
 * - `truncateAfter`: drops every entry above `index`.
 * - `setHardState`: the engine's own small state (vote, epochs, promised ballot), in its own encoding.
 * - `installSnapshot`: the log now starts after `meta.index`. Entries above it stay if the entry at `meta.index` has
 *   the epoch `meta.epoch`, and are dropped otherwise. The snapshot itself is already durable in the snapshot store.
 * - `compactTo`: the log now starts after `meta.index`, and forgets everything up to there; a snapshot at or above it is
 *   already durable. What lies above stays, whatever it is. `meta.index` may lie in a hole or above every entry: so a
 *   protocol that accepts slot by slot takes over a received snapshot (with `sync`; it has no use for
 *   `installSnapshot`, which drops what disagrees because a dense log above another entry is another log).
 */
export type StorageOperation =
  | { readonly type: 'append'; readonly entries: readonly Entry[] }
  | { readonly type: 'accept'; readonly ballot: Ballot; readonly entries: readonly Entry[] }
  | { readonly type: 'truncateAfter'; readonly index: LogIndex }
  | { readonly type: 'setHardState'; readonly bytes: Uint8Array }
  | { readonly type: 'installSnapshot'; readonly meta: SnapshotMeta }
  | { readonly type: 'compactTo'; readonly meta: SnapshotMeta }

/** What a log store holds when it is opened: what every completed write left, and nothing of a torn one. */
export interface LogImage {
  /** Counts the openings of this store, from 1. Durable before the store is handed out. */
  readonly incarnation: number
  readonly hardState: Uint8Array | undefined
  /** Where the log starts: everything up to here has been compacted or came as a snapshot. */
  readonly base: SnapshotMeta | undefined
  /** In index order; dense from `base.index + 1` for Raft and Zab. */
  readonly entries: readonly Entry[]
  /** The ballot of each accepted slot, for Paxos. */
  readonly ballots: ReadonlyMap<LogIndex, Ballot>
}
