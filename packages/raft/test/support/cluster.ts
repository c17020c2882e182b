import {
  type EngineDefinition,
  type Entry,
  makeEntry,
  majorityOf,
  type Membership,
  type NodeId,
  type Reply,
  type TraceEvent,
} from '@quorate/core'
import { type DrawDelay, EngineCluster, type InFlight } from '@quorate/sim'
import { encodeHardState, type RaftMessage, type RaftOptions, type RaftState } from '../../src/index.ts'
import { checkedRaft } from './checked.ts'

export type Cluster = EngineCluster<RaftMessage>
export type Flight = InFlight<RaftMessage>

export interface ClusterOptions extends RaftOptions {
  readonly observers?: number
  /** Of replicas `1 … size`; all of them are voters if it is left out. */
  readonly membership?: Membership
  /** Replicas besides the members, that run and may become some. */
  readonly spares?: readonly NodeId[]
  readonly drawDelay?: DrawDelay
}

/** Voters `1 … size` and then observers, with invariants checked after every step. */
export function createCluster(
  size: number,
  options: ClusterOptions = {},
  definition?: EngineDefinition<RaftMessage>,
): Cluster {
  const { observers = 0, membership: given, spares = [], drawDelay, ...raftOptions } = options
  const ids = Array.from({ length: size + observers }, (_, i) => i + 1)
  const membership = given ?? majorityOf(ids.slice(0, size), ids.slice(size))
  return new EngineCluster(definition ?? checkedRaft(raftOptions), size, {
    membership,
    spares,
    ...(drawDelay !== undefined && { drawDelay }),
  })
}

export function stateOf(cluster: Cluster, id: NodeId): RaftState {
  return cluster.node(id).engine!.capture() as RaftState
}

/** The terms of a replica's log, from its first entry in memory. */
export function termsOf(cluster: Cluster, id: NodeId): number[] {
  return stateOf(cluster, id).log.entries.map(({ epoch }) => epoch)
}

export function progressOf(cluster: Cluster, leader: NodeId, member: NodeId) {
  const progress = stateOf(cluster, leader).leadership?.progress.get(member)
  if (progress === undefined) throw new Error(`${leader} does not replicate to ${member}`)
  return progress
}

export interface LogSpec {
  /** The term of each entry, from index 1. */
  readonly terms?: readonly number[]
  readonly term?: number
  readonly votedFor?: NodeId
}

/** A cluster that starts from the logs given; replicas without one do not start. */
export function clusterWithLogs(
  logs: Readonly<Record<number, LogSpec>>,
  options: ClusterOptions = {},
): Cluster {
  const cluster = createCluster(Object.keys(logs).length, options)
  for (const id of cluster.nodes.keys()) cluster.crash(id)
  for (const [key, spec] of Object.entries(logs)) prepareLog(cluster, Number(key), spec)
  for (const key of Object.keys(logs)) cluster.start(Number(key))
  return cluster
}

/** Puts a log on the disk of a replica that is down. */
export function prepareLog(cluster: Cluster, id: NodeId, { terms = [], term, votedFor }: LogSpec): void {
  const { durable } = cluster.node(id)
  const bytes = encodeHardState({ term: term ?? terms.at(-1) ?? 0, votedFor })
  durable.apply({ type: 'setHardState', bytes })
  durable.apply({ type: 'append', entries: terms.map((epoch, i) => entryOf(i + 1, epoch)) })
}

export function entryOf(index: number, epoch: number, data = `${epoch}@${index}`): Entry {
  return makeEntry(
    index,
    epoch,
    0,
    'command',
    undefined,
    Uint8Array.from(data, (c) => c.charCodeAt(0)),
  )
}

/** Makes `id` campaign now: everybody's leader has been silent for long enough, and its timer is the first to run out. */
export function campaign(cluster: Cluster, id: NodeId): void {
  for (const node of cluster.nodes.keys()) {
    if (cluster.node(node).running && stateOf(cluster, node).leaderAlive) cluster.fire(node, 'election')
  }
  cluster.fire(id, 'election')
}

/** Makes `id` the leader, and lets everything arrive. */
export function elect(cluster: Cluster, id: NodeId): void {
  campaign(cluster, id)
  cluster.settle()
  if (!cluster.observe(id).established) throw new Error(`${id} was not elected`)
}

/** One heartbeat of `id`, and what follows from it. */
export function beat(cluster: Cluster, id: NodeId): void {
  cluster.fire(id, 'heartbeat')
  cluster.settle()
}

/** Delivers everything that `choose` accepts, and what follows from that, and nothing else. */
export function deliverAll(cluster: Cluster, choose: (flight: Flight) => boolean): void {
  for (let i = 0; i < 10_000; i++) if (!cluster.deliver(choose)) return
  throw new Error('no end of messages')
}

export function isType(...types: RaftMessage['type'][]): (flight: Flight) => boolean {
  return ({ message }) => types.includes(message.type)
}

/** Takes what is under way and matches out of the network, for losing or for giving later. */
export function intercept(cluster: Cluster, choose: (flight: Flight) => boolean): Flight[] {
  const taken = cluster.inFlight.filter(choose)
  cluster.inFlight = cluster.inFlight.filter((flight) => !choose(flight))
  return taken
}

/** Gives a replica a message, now. */
export function give(cluster: Cluster, from: NodeId, to: NodeId, message: RaftMessage): void {
  cluster.node(to).step({ type: 'receive', from, message }, cluster.now())
}

/** Counts messages by type while `run` runs. */
export function countMessages(
  cluster: Cluster,
  run: () => void,
): Partial<Record<RaftMessage['type'], number>> {
  const counts: Partial<Record<RaftMessage['type'], number>> = {}
  const before = cluster.filter
  cluster.filter = (flight) => {
    counts[flight.message.type] = (counts[flight.message.type] ?? 0) + 1
    return before(flight)
  }
  run()
  cluster.filter = before
  return counts
}

/** Messages of one type that are sent while `run` runs. */
export function messagesOf<T extends RaftMessage['type']>(
  cluster: Cluster,
  type: T,
  run: () => void,
): { from: NodeId; to: NodeId; message: Extract<RaftMessage, { type: T }> }[] {
  const seen: { from: NodeId; to: NodeId; message: Extract<RaftMessage, { type: T }> }[] = []
  const before = cluster.filter
  cluster.filter = (flight) => {
    const { from, to, message } = flight
    if (message.type === type) seen.push({ from, to, message: message as Extract<RaftMessage, { type: T }> })
    return before(flight)
  }
  run()
  cluster.filter = before
  return seen
}

export function repliesOf(cluster: Cluster, id: NodeId, sequence: number): Reply[] {
  return cluster
    .node(id)
    .replies.filter((reply) =>
      reply.type === 'abandoned' ? reply.sequence >= sequence : reply.sequence === sequence,
    )
}

export function eventsOf(cluster: Cluster, id: NodeId, name: string): TraceEvent[] {
  return cluster.node(id).events.filter((event) => event.name === name || event.name.startsWith(`${name}.`))
}

export function ignoredAt(cluster: Cluster, id: NodeId): unknown[] {
  return eventsOf(cluster, id, 'Ignore').map(({ detail }) => detail['reason'])
}

/** The ids of the replicas that are leaders in their own eyes. */
export function leadersOf(cluster: Cluster): NodeId[] {
  return [...cluster.nodes.keys()].filter(
    (id) => cluster.node(id).running && cluster.observe(id).role === 'leader',
  )
}
