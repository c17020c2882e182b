import type { AnyEngineDefinition, AnyMachineDefinition, Logger, Membership, NodeId } from '@quorate/core'
import type { LogStoreOptions, ReplicaLimits, SnapshotStoreOptions } from '@quorate/replica'
import type { DiskConditions } from '../disk/disk-conditions.ts'
import type { EngineChecks } from '../invariants/engine-checks.ts'
import type { NetworkConditions } from '../network/network-conditions.ts'

/** How one machine's clocks are off. */
export interface ClockSettings {
  /** Milliseconds by which the wall clock is off. */
  readonly skew: number
  /** Milliseconds of these clocks per millisecond of virtual time. */
  readonly rate: number
}

/** How replicas keep their logs and snapshots. */
export type StorageSettings = Pick<LogStoreOptions, 'segmentBytes' | 'preallocate'> &
  Pick<SnapshotStoreOptions, 'chunkBytes'>

/** What a {@link SimCluster} is made of. Plain data but for the definitions. */
export interface ClusterSettings {
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly seed: number
  /** The first one. */
  readonly membership: Membership
  /** Replicas besides its members, that run and may become some. @default none */
  readonly spares?: readonly NodeId[]
  /** Steps in which time moves, microseconds. */
  readonly quantum: number
  readonly network: NetworkConditions
  /** By node; missing: {@link calmDisk}. */
  readonly disks?: ReadonlyMap<NodeId, DiskConditions>
  /** By node; missing: right clocks. */
  readonly clocks?: ReadonlyMap<NodeId, ClockSettings>
  readonly limits?: Partial<ReplicaLimits>
  readonly storage?: StorageSettings
  readonly checks?: EngineChecks
  /** Are faults kept from harming more data than the protocols survive? @default true */
  readonly atlas?: boolean
  /** What the replicas log. @default nothing */
  readonly logger?: Logger
}
