import { type EngineDefinition, majorityOf, type Membership, membersOf, type NodeId } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import type { PaxosMessage } from '../../../src/index.ts'
import { checkedPaxos } from './checked.ts'
import { type Cluster, type ClusterOptions, repliesOf, stateOf } from './cluster.ts'

/** Requests that the cluster does not number itself. */
const numbered = new WeakMap<Cluster, number>()

/**
 * A cluster whose replicas are not all members: those beyond `first` know of it, are reached by links, and wait to be
 * taken in. All checks are made, those of the monitors, too.
 */
export function createWide(first: Membership, others: readonly NodeId[], options: ClusterOptions = {}): Cluster {
  const { findings, drawDelay, observers: _, membership: __, ...paxosOptions } = options
  const checked = checkedPaxos(paxosOptions, findings)
  const definition: EngineDefinition<PaxosMessage> = {
    ...checked,
    create: (init) => checked.create({ ...init, membership: first }),
  }
  const ids = [...membersOf(first), ...others]
  return new EngineCluster(definition, ids.length, {
    membership: majorityOf(ids),
    ...(drawDelay === undefined ? {} : { drawDelay }),
  })
}

/** Asks `id` for another membership. Gives the request's sequence. */
export function reconfigure(cluster: Cluster, id: NodeId, membership: Membership): number {
  const sequence = (numbered.get(cluster) ?? 1_000_000) + 1
  numbered.set(cluster, sequence)
  const request = { replica: id, sequence }
  cluster.node(id).step({ type: 'reconfigure', request, membership }, cluster.now())
  return sequence
}

/** Has the change been done, as far as who asked for it knows? */
export function isDone(cluster: Cluster, id: NodeId, sequence: number): boolean {
  return repliesOf(cluster, id, sequence).some(({ type }) => type === 'done')
}

/** Gives a snapshot order's message and description to `to`, as if its transfer had just come to an end. */
export function giveSnapshot(cluster: Cluster, from: NodeId, to: NodeId): void {
  const meta = cluster.node(from).stored
  if (meta === undefined) throw new Error(`${from} has no snapshot`)
  const target = cluster.node(to)
  target.stored = meta
  target.step({ type: 'snapshotReceived', from, message: { type: 'InstallSnapshot' }, meta }, cluster.now())
}

/** The voters that decide the next slot, as a replica knows them. */
export function votersAt(cluster: Cluster, id: NodeId): readonly NodeId[] {
  return membersOf({ ...cluster.observe(id).membership, observers: [] })
}

/** The first replica that leads and is established, if there is one. */
export function establishedLeader(cluster: Cluster): NodeId | undefined {
  return [...cluster.nodes.keys()].find(
    (id) => cluster.node(id).running && cluster.observe(id).established && stateOf(cluster, id).role === 'leader',
  )
}

/** What `id` proposes is chosen, and applied there, within a few election timeouts. */
export function isServed(cluster: Cluster, id: NodeId, milliseconds = 5_000): boolean {
  const end = cluster.time + milliseconds
  while (cluster.time < end) {
    const sequence = cluster.propose(id)
    const isApplied = (): boolean =>
      cluster.node(id).applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
    const isOver = (): boolean => isApplied() || repliesOf(cluster, id, sequence).length > 0
    cluster.run(1_500, isOver)
    if (isApplied()) return true
    cluster.run(50)
  }
  return false
}
