import { join } from 'node:path'
import type { NodeId } from '@quorate/core'
import { freePorts } from './free-ports.ts'
import { ReplicaProcess } from './replica-process.ts'

const host = '127.0.0.1'

/** Replica processes on loopback. */
export class LocalCluster {
  readonly replicas: ReadonlyMap<NodeId, ReplicaProcess>
  /** Where native clients connect. */
  readonly clientAddresses: ReadonlyMap<NodeId, { host: string; port: number }>

  private constructor(
    replicas: ReadonlyMap<NodeId, ReplicaProcess>,
    clientAddresses: ReadonlyMap<NodeId, { host: string; port: number }>,
  ) {
    this.replicas = replicas
    this.clientAddresses = clientAddresses
  }

  static async create(options: {
    readonly engine: string
    readonly machine: string
    readonly size: number
    readonly directory: string
    readonly firstPort: number | undefined
  }): Promise<LocalCluster> {
    const { engine, machine, size, directory, firstPort } = options
    const ids = Array.from({ length: size }, (_, i) => i + 1)
    const ports =
      firstPort === undefined
        ? await freePorts(2 * size)
        : Array.from({ length: 2 * size }, (_, i) => firstPort + i)
    const peers = new Map(ids.map((id) => [id, `${host}:${ports[id - 1]!}`]))
    const clients = new Map(ids.map((id) => [id, { host, port: ports[size + id - 1]! }]))
    const replica = (id: NodeId): ReplicaProcess =>
      new ReplicaProcess({
        id,
        engine,
        machine,
        peers,
        cluster: `compare-${engine}`,
        directory: join(directory, `${engine}-${id}`),
        clientPort: clients.get(id)!.port,
      })
    return new LocalCluster(new Map(ids.map((id) => [id, replica(id)])), clients)
  }

  /** Starts all; resolves, when all serve, with when each began to, in that order. Milliseconds of `performance.now`. */
  start(): Promise<number[]> {
    const started = [...this.replicas.values()].map(async (replica) => {
      await replica.start()
      return performance.now()
    })
    return Promise.all(started).then((times) => times.sort((a, b) => a - b))
  }

  async stop(): Promise<void> {
    await Promise.all([...this.replicas.values()].map((replica) => replica.stop()))
  }
}
