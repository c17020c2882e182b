import type { LogImage, LogIndex, Message, NodeId, Persist, SnapshotMeta } from '@quorate/core'

/** A persist under way, and the messages that wait for it. */
export interface Write<M extends Message = Message> {
  readonly persist: Persist
  readonly held: readonly { readonly to: NodeId; readonly message: M }[]
}

/** All there is at one replica: its engine, its disk, and what is under way between them. Never changed once it is made. */
export interface Local {
  readonly node: NodeId
  readonly running: boolean
  /** The engine's captured state; undefined while the replica is down. */
  readonly state: unknown
  readonly disk: LogImage
  readonly incarnation: number
  /** Oldest first. */
  readonly writing: readonly Write[]
  /** The names of running timers, sorted. */
  readonly timers: readonly string[]
  /** Where the machine stands, and the epoch of the entry there. */
  readonly appliedIndex: LogIndex
  readonly appliedEpoch: number
  /** Snapshots in the store, oldest first. */
  readonly snapshots: readonly SnapshotMeta[]
}
