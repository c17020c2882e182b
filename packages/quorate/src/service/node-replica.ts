import {
  type AnyEngineDefinition,
  type AnyMachineDefinition,
  type Logger,
  type NodeId,
  majorityOf,
} from '@quorate/core'
import { Replica, type ReplicaLimits } from '@quorate/replica'
import {
  type NodeStorage,
  type SocketAddress,
  type TcpTransport,
  nodeEnvironment,
  openNodeStorage,
  tcpTransport,
} from '@quorate/runtime'
import { ClientServer } from './client-server.ts'
import type { ServiceStatus } from './service-status.ts'

/** One replica of a cluster, in this process, on real disk and sockets. */
export interface NodeReplicaOptions {
  readonly self: NodeId
  /** A name that no other cluster has. */
  readonly cluster: string
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly directory: string
  /** Where the replicas reach each other; this one listens at its own address. */
  readonly peers: ReadonlyMap<NodeId, SocketAddress>
  readonly client: SocketAddress
  readonly logger?: Logger
  readonly limits?: Partial<ReplicaLimits>
  readonly onFatal?: (error: Error) => void
}

/** A running replica. */
export interface NodeReplica {
  readonly replica: Replica
  /** Where native clients connect. */
  readonly clientPort: number
  stop(): Promise<void>
}

/**
 * Opens the data directory, listens, and joins the cluster. Rejects with a `QuorateError` in one line; nothing is then
 * left open, and the data is as it was.
 */
export async function startNodeReplica(options: NodeReplicaOptions): Promise<NodeReplica> {
  const { self, cluster, engine, machine, directory, peers } = options
  const machineIdentity = { name: machine.name, version: machine.version }
  const identity = { cluster, engine: engine.name, machine: machineIdentity, node: self }
  const logger = options.logger === undefined ? {} : { logger: options.logger }
  const storage = await openNodeStorage(directory, identity, logger)
  let transport: TcpTransport | undefined
  try {
    const { incarnation } = storage.log.image
    const listen = peers.get(self)!
    transport = await tcpTransport({ self, identity, incarnation, listen, peers, ...logger })
    return await compose(options, storage, transport)
  } catch (error) {
    await transport?.close()
    await storage.close()
    throw error
  }
}

async function compose(
  options: NodeReplicaOptions,
  storage: NodeStorage,
  transport: TcpTransport,
): Promise<NodeReplica> {
  const { self, engine, machine, peers, logger, limits, onFatal } = options
  const replica: Replica = new Replica({
    self,
    engine,
    machine,
    transport,
    membership: majorityOf([...peers.keys()]),
    logStore: storage.log,
    snapshotStore: storage.snapshots,
    environment: nodeEnvironment(),
    onState: (state) => server.onState(state),
    ...(logger === undefined ? {} : { logger }),
    ...(limits === undefined ? {} : { limits }),
    ...(onFatal === undefined ? {} : { onFatal }),
  })
  const server = new ClientServer(replica, machine, () => statusOf(replica, storage), logger)
  const clientPort = await server.listen(options.client.host, options.client.port)
  replica.start()
  return {
    replica,
    clientPort,
    async stop() {
      await server.close()
      await replica.stop()
      storage.disk.close()
    },
  }
}

function statusOf(replica: Replica, { log }: NodeStorage): ServiceStatus {
  const view = replica.observe()
  const { applied, entriesSent, entryMessages, bytesSent, messages } = replica.counters
  return {
    node: view.node,
    role: view.role,
    established: view.established,
    leader: view.leader ?? 0,
    membership: view.membership,
    appliedIndex: view.appliedIndex,
    lastIndex: view.lastIndex,
    digest: view.digest,
    counters: {
      applied,
      entriesSent,
      entryMessages,
      bytesSent,
      messages,
      fsyncs: log.counters.fsyncs,
      logBytes: log.counters.bytes,
    },
  }
}
