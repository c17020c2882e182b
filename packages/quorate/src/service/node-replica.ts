import {
  type AnyEngineDefinition,
  type AnyMachineDefinition,
  type Logger,
  type NodeId,
  majorityOf,
} from '@quorate/core'
import { Replica, type ReplicaLimits, openLogStore, openSnapshotStore } from '@quorate/replica'
import { nodeDisk, nodeEnvironment, tcpTransport } from '@quorate/runtime'
import { ClientServer } from './client-server.ts'
import type { ServiceStatus } from './service-status.ts'

/** One replica of a cluster, in this process, on real disk and sockets. */
export interface NodeReplicaOptions {
  readonly self: NodeId
  readonly cluster: string
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly directory: string
  /** Where the replicas reach each other; `self` listens on its own. */
  readonly peers: ReadonlyMap<NodeId, { readonly host: string; readonly port: number }>
  readonly client: { readonly host: string; readonly port: number }
  readonly logger?: Logger
  readonly limits?: Partial<ReplicaLimits>
  readonly onFatal?: (error: Error) => void
}
