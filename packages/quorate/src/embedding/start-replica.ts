import {
  type AnyEngineDefinition,
  type Logger,
  type MachineDefinition,
  type Membership,
  type NodeId,
  QuorateError,
} from '@quorate/core'
import type { ReplicaLimits } from '@quorate/replica'
import { type SocketAddress, nodeEnvironment, openNodeStorage, tcpTransport } from '@quorate/runtime'
import { ClusterMember } from './cluster-member.ts'
import { firstMembership } from './first-membership.ts'

/** One replica of a cluster whose replicas are processes, on one machine or on several. */
export interface ReplicaSettings<Command, Result, Query, Answer, Change> {
  readonly self: NodeId
  /** Where every replica listens that is a member or may become one, this one included. Equal on all. */
  readonly peers: Readonly<Record<NodeId, SocketAddress>>
  /** Who of them takes part in a new cluster. Equal on all; the log knows of later changes. @default majorities of all */
  readonly membership?: Membership
  /** A name that no other cluster has: a directory, or a peer, of another one is refused. @default 'quorate' */
  readonly cluster?: string
  /** Where the log and snapshots are; made if it is not there. */
  readonly directory: string
  readonly engine: AnyEngineDefinition
  readonly machine: MachineDefinition<Command, Result, Query, Answer, Change>
  readonly logger?: Logger
  readonly limits?: Partial<ReplicaLimits>
  /** It has stopped itself: its disk failed, or an invariant broke. */
  readonly onFatal?: (error: Error) => void
}

/**
 * Starts one durable replica in this process. It finds its peers by itself, and catches up with what it missed.
 * Commands and queries can be given to any replica; a follower forwards them to its leader.
 *
 * Rejects with a `QuorateError` in one line if the directory cannot be used or the port is taken; the data is then as
 * it was.
 */
export async function startReplica<Command, Result, Query, Answer, Change>(
  settings: ReplicaSettings<Command, Result, Query, Answer, Change>,
): Promise<ClusterMember<Command, Result, Query, Answer, Change>> {
  const { self, cluster = 'quorate', directory, engine, machine } = settings
  const peers = new Map(Object.entries(settings.peers).map(([id, address]) => [Number(id), address]))
  const listen = peers.get(self)
  if (listen === undefined) throw new QuorateError('USAGE', `peers does not name replica ${self} itself`)
  const ids = [...peers.keys()]
  const membership = firstMembership(ids, settings.membership)
  const logger = settings.logger === undefined ? {} : { logger: settings.logger }
  const identity = {
    cluster,
    engine: engine.name,
    machine: { name: machine.name, version: machine.version },
    node: self,
  }
  const storage = await openNodeStorage(directory, identity, logger)
  try {
    const { incarnation } = storage.log.image
    const transport = await tcpTransport({ self, identity, incarnation, listen, peers, ...logger })
    const member = new ClusterMember(machine, {
      self,
      engine,
      transport,
      membership,
      peers: ids,
      logStore: storage.log,
      snapshotStore: storage.snapshots,
      environment: nodeEnvironment(),
      onStopped: () => storage.disk.close(),
      ...logger,
      ...(settings.limits === undefined ? {} : { limits: settings.limits }),
      ...(settings.onFatal === undefined ? {} : { onFatal: settings.onFatal }),
    })
    member.start()
    return member
  } catch (error) {
    await storage.close()
    throw error
  }
}
