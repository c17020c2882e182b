import {
  type AnyEngineDefinition,
  type MachineDefinition,
  type Membership,
  type NodeId,
  QuorateError,
} from '@quorate/core'
import { MemoryLogStore, MemoryNetwork, MemorySnapshotStore, type ReplicaLimits } from '@quorate/replica'
import { nodeEnvironment } from '@quorate/runtime'
import { type Observable, filter, firstValueFrom, fromEvent, map, merge } from 'rxjs'
import { type CallOptions, ClusterMember, type IndexedChange, type QueryOptions } from './cluster-member.ts'
import { firstMembership } from './first-membership.ts'
import { patience, untilAnswered } from './until-answered.ts'

/** What a cluster in one process is made of. */
export interface ClusterOptions<Command, Result, Query, Answer, Change> {
  /** `raft()`, `zab()`, … */
  readonly engine: AnyEngineDefinition
  readonly machine: MachineDefinition<Command, Result, Query, Answer, Change>
  /** How many replicas, numbered from 1. @default 3 */
  readonly replicas?: number
  /** Who of them takes part at first, and which quorums decide. @default majorities of all */
  readonly membership?: Membership
  readonly limits?: Partial<ReplicaLimits>
}

/** Several replicas of one machine in this process, in memory. For one replica a process, durable, see `startReplica`. */
export class Cluster<Command, Result, Query, Answer, Change> implements AsyncDisposable {
  readonly members: ReadonlyMap<NodeId, ClusterMember<Command, Result, Query, Answer, Change>>
  /** The machine's changes, as the first replica applies them. */
  readonly changes$: Observable<IndexedChange<Change>>

  constructor(members: readonly ClusterMember<Command, Result, Query, Answer, Change>[]) {
    this.members = new Map(members.map((member) => [member.id, member]))
    this.changes$ = members[0]!.changes$
  }

  /** Resolves once one of the replicas leads. */
  async ready({ signal }: CallOptions = {}): Promise<void> {
    await this.leader(signal)
  }

  /** Replicates a command. Resolves with its result once the leader has applied it. */
  async submit(command: Command, options?: CallOptions): Promise<Result> {
    return (await this.leader(options?.signal)).submit(command, options)
  }

  /** Asks the machine. */
  async query(query: Query, options?: QueryOptions): Promise<Answer> {
    return (await this.leader(options?.signal)).query(query, options)
  }

  /**
   * Changes who of the replicas takes part, or which quorums decide; resolves when that is in force. One change at a time:
   * `CHANGE_PENDING` asks to wait for the other. Engines that cannot do it say `NOT_SUPPORTED`.
   */
  async reconfigure(membership: Membership, options?: CallOptions): Promise<void> {
    const ask = async (): Promise<void> =>
      (await this.leader(options?.signal)).reconfigure(membership, options)
    await untilAnswered(ask, options?.signal)
  }

  async stop(): Promise<void> {
    await Promise.all([...this.members.values()].map((member) => member.stop()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop()
  }

  /** Waits until one of the replicas leads. */
  private async leader(
    signal: AbortSignal = AbortSignal.timeout(patience),
  ): Promise<ClusterMember<Command, Result, Query, Answer, Change>> {
    const states = [...this.members.values()].map(({ state$ }) => state$)
    const aborted = fromEvent(signal, 'abort').pipe(
      map(() => {
        throw new QuorateError('NOT_LEADER', 'no leader came up in time', {
          retryable: true,
          outcome: 'definitely-not',
        })
      }),
    )
    signal.throwIfAborted()
    const leading = merge(...states).pipe(filter((state) => state.established))
    const { node } = await firstValueFrom(merge(leading, aborted))
    return this.members.get(node)!
  }
}

/**
 * Starts a cluster in this process: every replica with a log and links in memory.
 *
 * Resolves once a leader is established. Dispose of it with `await using` or `stop()`.
 */
export async function startCluster<Command, Result, Query, Answer, Change>(
  options: ClusterOptions<Command, Result, Query, Answer, Change>,
): Promise<Cluster<Command, Result, Query, Answer, Change>> {
  const count = options.replicas ?? 3
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new QuorateError('USAGE', `replicas is ${count}; it must be a whole number from 1 on`)
  }
  const environment = nodeEnvironment()
  const defer = (run: () => void): void => environment.endOfTurn(run)
  const network = new MemoryNetwork(defer)
  const ids = Array.from({ length: count }, (_, i) => i + 1)
  const membership = firstMembership(ids, options.membership)
  const members = ids.map(
    (self) =>
      new ClusterMember(options.machine, {
        self,
        membership,
        peers: ids,
        engine: options.engine,
        logStore: new MemoryLogStore(defer),
        snapshotStore: new MemorySnapshotStore(),
        transport: network.transport(self),
        environment,
        ...(options.limits === undefined ? {} : { limits: options.limits }),
      }),
  )
  for (const member of members) member.start()
  const cluster = new Cluster(members)
  await cluster.ready()
  return cluster
}
