import type {
  Configuration,
  LogIndex,
  Message,
  NodeId,
  Observation,
  Output,
  Persist,
  ReadMode,
  SnapshotMeta,
} from '@quorate/core'
import type { InFlight } from './in-flight.ts'

/** Why a message never arrives. */
export type LossCause =
  /** Its link was down, broke, or was blocked. */
  | 'link'
  /** Nobody runs where it goes. */
  | 'receiver'
  /** The network lost it. */
  | 'network'

/** What happens in an `EngineCluster`, told to its `onEvent` while it happens. */
export type ClusterEvent<M extends Message> =
  | { readonly type: 'sent'; readonly flight: InFlight<M> }
  /** `stays`: it will arrive again. */
  | { readonly type: 'arrives'; readonly flight: InFlight<M>; readonly stays: boolean }
  | { readonly type: 'lost'; readonly flight: InFlight<M>; readonly cause: LossCause }
  | { readonly type: 'link'; readonly a: NodeId; readonly b: NodeId; readonly isUp: boolean }
  /** With a machine that stands at index `applied`. */
  | { readonly type: 'started'; readonly node: NodeId; readonly applied: LogIndex }
  /** `kept` of its writes under way had reached the disk, `lost` had not. */
  | { readonly type: 'crashed'; readonly node: NodeId; readonly kept: number; readonly lost: number }
  | { readonly type: 'timer'; readonly node: NodeId; readonly timer: string }
  | { readonly type: 'proposed'; readonly node: NodeId; readonly sequence: number; readonly data: Uint8Array }
  | { readonly type: 'read'; readonly node: NodeId; readonly sequence: number; readonly mode: ReadMode }
  | {
      readonly type: 'reconfigure'
      readonly node: NodeId
      readonly sequence: number
      readonly membership: Configuration
    }
  | { readonly type: 'transfer'; readonly node: NodeId; readonly sequence: number; readonly to: NodeId }
  | { readonly type: 'clock'; readonly node: NodeId; readonly rate: number }
  | { readonly type: 'snapshotBuilt'; readonly node: NodeId; readonly meta: SnapshotMeta }
  /** A turn has ended. Nothing is carried out yet: what is written and sent comes as events of its own. */
  | {
      readonly type: 'output'
      readonly node: NodeId
      readonly output: Output<M>
      readonly observation: Observation
    }
  | { readonly type: 'writes'; readonly node: NodeId; readonly persist: Persist }
  | { readonly type: 'durable'; readonly node: NodeId; readonly persist: Persist }
