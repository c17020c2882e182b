import type { Message, NodeId, SnapshotMeta } from '@quorate/core'

/** A message under way. `snapshot` is there if it travels with one. */
export interface InFlight<M extends Message> {
  readonly from: NodeId
  readonly to: NodeId
  readonly message: M
  readonly snapshot: SnapshotMeta | undefined
}
