import type { MessageCodec } from '@quorate/codec'
import type {
  AnyEngineDefinition,
  AnyMachineDefinition,
  Environment,
  Logger,
  LogStore,
  Membership,
  Message,
  NodeId,
  Observation,
  SnapshotStore,
  TraceEvent,
  Transport,
} from '@quorate/core'

/** What a replica is made of. Everything that touches the world is handed in. */
export interface ReplicaOptions {
  readonly self: NodeId
  /** Equal on all replicas of a new cluster; the log knows of later changes. */
  readonly membership: Membership
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  /** Opened for this replica; closed by it. */
  readonly logStore: LogStore
  readonly snapshotStore: SnapshotStore
  readonly transport: Transport
  readonly environment: Environment
  /** How messages become frames. @default the engine's messages in their standard form */
  readonly codec?: MessageCodec<Message>
  /** @default silent */
  readonly logger?: Logger
  readonly limits?: Partial<ReplicaLimits>
  /** Sees every trace event of the engine. */
  readonly onTrace?: (event: TraceEvent) => void
  /** Called at the end of a turn in which the role, the epoch, the leader or its establishment changed. */
  readonly onState?: (state: Observation) => void
  /** The replica has stopped itself: its disk failed, or an invariant broke. */
  readonly onFatal?: (error: Error) => void
}

/** Bounds. A replica that reaches one answers `OVERLOADED` rather than growing. */
export interface ReplicaLimits {
  /** Requests under way. @default 65536 */
  readonly requests: number
  /** Bytes of one command. @default 8388608 */
  readonly commandBytes: number
  /** A request without an answer for so long fails with `TIMEOUT`, outcome unknown. Milliseconds. @default 10000 */
  readonly requestTimeout: number
  /**
   * Applied entries between two snapshots, at least; and at least as many bytes of commands as the last snapshot had.
   * Up to twice as many of both, drawn each time, so that the replicas of a cluster do not build at once.
   * @default 100000
   */
  readonly snapshotEvery: number
  /**
   * Bytes of snapshots sent in a second, to all members together, at most; `Infinity` for no limit. What a transfer has
   * under way is bounded besides, to a mebibyte for each member, so that it does not keep heartbeats waiting.
   * @default 67108864
   */
  readonly snapshotBytesPerSecond: number
}

export const defaultLimits: ReplicaLimits = {
  requests: 65_536,
  commandBytes: 8 * 1024 * 1024,
  requestTimeout: 10_000,
  snapshotEvery: 100_000,
  snapshotBytesPerSecond: 64 * 1024 * 1024,
}
