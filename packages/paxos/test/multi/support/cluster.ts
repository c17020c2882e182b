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
import { encodeHardState } from '../../../src/multi/disk/hard-state.ts'
import { ballotName } from '../../../src/multi/ballot.ts'
import { entryIn, ballotIn, lastSlot } from '../../../src/multi/disk/slot-log.ts'
import type { MultiPaxosOptions, PaxosMessage, PaxosState } from '../../../src/index.ts'
import { checkedPaxos, type Finding } from './checked.ts'

export type Cluster = EngineCluster<PaxosMessage>
export type Flight = InFlight<PaxosMessage>

export interface ClusterOptions extends MultiPaxosOptions {
  readonly observers?: number
  /** Of replicas `1 … size`; all of them are voters if it is left out. */
  readonly membership?: Membership
  /** Takes up what is found broken, instead of its being thrown. */
  readonly findings?: Finding[]
  readonly drawDelay?: DrawDelay
}

/** Voters `1 … size` and then observers, with all invariants checked after every step. */
export function createCluster(
  size: number,
  options: ClusterOptions = {},
  definition?: EngineDefinition<PaxosMessage>,
): Cluster {
  const { observers = 0, membership: given, findings, drawDelay, ...paxosOptions } = options
  const ids = Array.from({ length: size + observers }, (_, i) => i + 1)
  const membership = given ?? majorityOf(ids.slice(0, size), ids.slice(size))
  return new EngineCluster(definition ?? checkedPaxos(paxosOptions, findings), size, {
    membership,
    ...(drawDelay === undefined ? {} : { drawDelay }),
  })
}

/** Draws timers' delays from a generator of its own for each seed: evenly from their ranges. */
export function drawFrom(seed: number): DrawDelay {
  const random = numbers(seed)
  return (_, min, max) => min + random() * (max - min)
}

/** A small generator of numbers from 0 to below 1, the same on every platform. */
export function numbers(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

export function stateOf(cluster: Cluster, id: NodeId): PaxosState {
  return cluster.node(id).engine!.capture() as PaxosState
}

/** What a replica has accepted, by slot from its first in memory: text and ballot, `-` for a hole. */
export function acceptedBy(cluster: Cluster, id: NodeId): string[] {
  const { log } = stateOf(cluster, id)
  const told: string[] = []
  for (let slot = log.base + 1; slot <= lastSlot(log); slot++) {
    const entry = entryIn(log, slot)
    told.push(entry === undefined ? '-' : `${textOf(entry)} ${ballotName(ballotIn(log, slot)!)}`)
  }
  return told
}

/** What a replica has handed to its machine since its start, in order. */
export function deliveredBy(cluster: Cluster, id: NodeId): string[] {
  return cluster.node(id).applied.map(textOf)
}

/** A command's text; other entries by their kind. */
export function textOf({ kind, data }: Entry): string {
  return kind === 'command' ? String.fromCharCode(...data) : kind
}

export function progressOf(cluster: Cluster, leader: NodeId, member: NodeId) {
  const progress = stateOf(cluster, leader).leadership?.progress.get(member)
  if (progress === undefined) throw new Error(`${leader} does not lead ${member}`)
  return progress
}

/** What an acceptor had accepted before it starts: per slot, from 1, a ballot and a text. */
export interface DiskSpec {
  /** `[round, node, text]` for each slot; undefined for a hole. */
  readonly accepted?: readonly (readonly [round: number, node: NodeId, text: string] | undefined)[]
  readonly promised?: readonly [round: number, node: NodeId]
  readonly chosen?: number
}

/**
 * A cluster that starts from the disks given. Its monitors know nothing of how they came about: so only the engine's
 * own checks are made.
 */
export function clusterWithDisks(
  disks: Readonly<Record<number, DiskSpec>>,
  options: ClusterOptions = {},
): Cluster {
  const cluster = createCluster(Object.keys(disks).length, { ...options, findings: [] })
  for (const id of cluster.nodes.keys()) cluster.crash(id)
  for (const [key, spec] of Object.entries(disks)) prepareDisk(cluster, Number(key), spec)
  for (const key of Object.keys(disks)) cluster.start(Number(key))
  return cluster
}

/** Puts what was accepted on the disk of a replica that is down. */
export function prepareDisk(
  cluster: Cluster,
  id: NodeId,
  { accepted = [], promised, chosen = 0 }: DiskSpec,
): void {
  const { durable } = cluster.node(id)
  let highest: readonly [round: number, node: NodeId] = [0, 0]
  for (const one of accepted) if (one !== undefined && one[0] > highest[0]) highest = [one[0], one[1]]
  const [round, node] = promised ?? highest
  durable.apply({ type: 'setHardState', bytes: encodeHardState({ promised: { round, node }, chosen }) })
  accepted.forEach((one, i) => {
    if (one === undefined) return
    const [acceptedRound, acceptedNode, text] = one
    durable.apply({
      type: 'accept',
      ballot: { round: acceptedRound, node: acceptedNode },
      entries: [entryOf(i + 1, acceptedRound, text)],
    })
  })
}

export function entryOf(index: number, epoch: number, text = `${epoch}@${index}`): Entry {
  return makeEntry(index, epoch, 0, 'command', undefined, bytesOf(text))
}

export function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (c) => c.charCodeAt(0))
}

/** Makes `id` start phase 1 now: everybody's leader has been silent for long enough, and its timer is the first to run out. */
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

/** Proposes these at `id`, and lets everything arrive. */
export function proposeAll(cluster: Cluster, id: NodeId, ...texts: string[]): number[] {
  const sequences = texts.map((text) => cluster.propose(id, text))
  cluster.settle()
  return sequences
}

/** Delivers everything that `choose` accepts, and what follows from that, and nothing else. */
export function deliverAll(cluster: Cluster, choose: (flight: Flight) => boolean): void {
  for (let i = 0; i < 10_000; i++) if (!cluster.deliver(choose)) return
  throw new Error('no end of messages')
}

export function isType(...types: PaxosMessage['type'][]): (flight: Flight) => boolean {
  return ({ message }) => types.includes(message.type)
}

/** Is it between these, in either direction? */
export function isAmong(...ids: NodeId[]): (flight: Flight) => boolean {
  return ({ from, to }) => ids.includes(from) && ids.includes(to)
}

/** Takes what is under way and matches out of the network, for losing or for giving later. */
export function intercept(cluster: Cluster, choose: (flight: Flight) => boolean = () => true): Flight[] {
  const taken = cluster.inFlight.filter(choose)
  cluster.inFlight = cluster.inFlight.filter((flight) => !choose(flight))
  return taken
}

/** Gives messages that were taken out to whom they were for, now. */
export function release(cluster: Cluster, flights: readonly Flight[]): void {
  for (const { from, to, message } of flights) give(cluster, from, to, message)
}

/** Gives a replica a message, now. */
export function give(cluster: Cluster, from: NodeId, to: NodeId, message: PaxosMessage): void {
  cluster.node(to).step({ type: 'receive', from, message }, cluster.now())
}

/** Loses what `choose` accepts while `run` runs. */
export function losing(cluster: Cluster, choose: (flight: Flight) => boolean, run: () => void): void {
  const before = cluster.filter
  cluster.filter = (flight) => !choose(flight) && before(flight)
  run()
  cluster.filter = before
}

/** Counts messages by type while `run` runs. */
export function countMessages(
  cluster: Cluster,
  run: () => void,
): Partial<Record<PaxosMessage['type'], number>> {
  const counts: Partial<Record<PaxosMessage['type'], number>> = {}
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
export function messagesOf<T extends PaxosMessage['type']>(
  cluster: Cluster,
  type: T,
  run: () => void,
): { from: NodeId; to: NodeId; message: Extract<PaxosMessage, { type: T }> }[] {
  const seen: { from: NodeId; to: NodeId; message: Extract<PaxosMessage, { type: T }> }[] = []
  const before = cluster.filter
  cluster.filter = (flight) => {
    const { from, to, message } = flight
    if (message.type === type) seen.push({ from, to, message: message as Extract<PaxosMessage, { type: T }> })
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

/** The ids of the replicas that lead in their own eyes. */
export function leadersOf(cluster: Cluster): NodeId[] {
  return [...cluster.nodes.keys()].filter(
    (id) => cluster.node(id).running && cluster.observe(id).role === 'leader',
  )
}

/** The ballot that a replica has promised, as `round.node`. */
export function promisedBy(cluster: Cluster, id: NodeId): string {
  return ballotName(stateOf(cluster, id).promised)
}
