import type { Entry } from '../log/entry.ts'
import type { Token } from '../log/durability.ts'
import type { SnapshotMeta } from '../log/storage-operation.ts'
import type { LogIndex, NodeId, RequestId } from '../ids.ts'
import type { Membership } from '../membership/membership.ts'
import type { Message } from './message.ts'

/**
 * How fresh a read must be.
 * - `linearizable`: reflects everything that was acknowledged to anyone before the read was made. Leadership is
 *   confirmed by a quorum after the request arrived.
 * - `lease`: as linearizable, as long as clocks drift less than the engine's stated bound.
 * - `sequential`: reflects some prefix of the log, at least what this replica has applied.
 */
export type ReadMode = 'linearizable' | 'lease' | 'sequential'

/** Everything that can happen to an engine. An engine never throws for any of it. */
export type Input<M extends Message = Message> =
  /** A message arrived, on the link's current session. */
  | { readonly type: 'receive'; readonly from: NodeId; readonly message: M }
  /** The link to `peer` is up; what was sent on an earlier session and has not arrived never will. */
  | { readonly type: 'peerUp'; readonly peer: NodeId }
  /** The link to `peer` broke; any part of what was under way may be lost. */
  | { readonly type: 'peerDown'; readonly peer: NodeId }
  /** The timer of that name, set by an earlier output, ran out. Stays possible while a persist is outstanding. */
  | { readonly type: 'timeout'; readonly timer: string }
  /** A client of this replica asks for `data` to be put in the log. */
  | { readonly type: 'propose'; readonly request: RequestId; readonly data: Uint8Array }
  /** A client of this replica wants to read. */
  | { readonly type: 'read'; readonly request: RequestId; readonly mode: ReadMode }
  /** Somebody asks for another membership. */
  | { readonly type: 'reconfigure'; readonly request: RequestId; readonly membership: Membership }
  /** Somebody asks that `to` become leader. */
  | { readonly type: 'transfer'; readonly request: RequestId; readonly to: NodeId }
  /** That persist and all before it are durable. */
  | { readonly type: 'persisted'; readonly token: Token }
  /** That persist did not become durable and never will. The host stops the replica after this. */
  | { readonly type: 'persistFailed'; readonly token: Token; readonly cause: string }
  /** The machine has applied everything up to `index`. */
  | { readonly type: 'applied'; readonly index: LogIndex }
  /** Entries asked for by `fetch`, dense, from `from` on; fewer than asked for if the log has been compacted. */
  | { readonly type: 'fetched'; readonly from: LogIndex; readonly entries: readonly Entry[] }
  /** A snapshot of this replica's machine is durable. The log may be compacted up to it. */
  | { readonly type: 'snapshotBuilt'; readonly meta: SnapshotMeta }
  /** A snapshot that `from` sent with `message` has arrived whole and is durable; it is not installed yet. */
  | {
      readonly type: 'snapshotReceived'
      readonly from: NodeId
      readonly message: M
      readonly meta: SnapshotMeta
    }
  /** `to` has received the whole snapshot. Whether it installs it is told by its engine's messages. */
  | { readonly type: 'snapshotSent'; readonly to: NodeId; readonly meta: SnapshotMeta }
  /** The transfer to `to` ended early. */
  | { readonly type: 'snapshotFailed'; readonly to: NodeId; readonly cause: string }

/**
 * When an input is given. `wall` (whole milliseconds since 1970) only stamps entries; `monotonic` (milliseconds, any origin)
 * only bounds leases. Nothing else may depend on either.
 */
export interface Instant {
  readonly wall: number
  readonly monotonic: number
}
