import {
  type EngineDefinition,
  isVoter,
  isWitness,
  majorityOf,
  type Membership,
  membersOf,
  type NodeId,
  type SnapshotMeta,
  votersOf,
  withWitnesses,
} from '@quorate/core'
import type { DrawDelay } from '@quorate/sim'
import fc from 'fast-check'
import type { RaftMessage } from '../../src/index.ts'
import {
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  type Flight,
  leadersOf,
} from './cluster.ts'
import { Invariants } from './invariants.ts'
import { transfer } from './leadership.ts'

/** One choice of a schedule: what kind of thing happens, and two numbers to choose what it happens to. */
export type Choice = readonly [kind: number, a: number, b: number]

type Action = (chaos: Chaos, a: number, b: number) => void

/** What can happen, and how often in each weather, in parts of the total. */
const actions: readonly (readonly [
  calm: number,
  stormy: number,
  slowDisks: number,
  changing: number,
  action: Action,
])[] = [
  [90, 80, 90, 120, (chaos, a) => chaos.deliver(a)],
  [30, 32, 12, 44, (chaos, a) => chaos.completeWrite(a)],
  [4, 12, 8, 8, (chaos, a, b) => chaos.fireTimer(a, b)],
  [8, 8, 4, 12, (chaos, a) => chaos.beat(a)],
  [4, 12, 12, 5, (chaos, a) => chaos.campaign(a)],
  [24, 12, 8, 14, (chaos, a, b) => chaos.propose(a, b)],
  [8, 6, 4, 5, (chaos, a, b) => chaos.read(a, b)],
  [5, 6, 3, 4, (chaos, a) => chaos.drop(a)],
  [6, 8, 6, 5, (chaos, a) => chaos.replay(a)],
  [2, 6, 7, 3, (chaos, a) => chaos.crash(a)],
  [10, 14, 24, 10, (chaos, a) => chaos.restart(a)],
  [1, 2, 1, 1, (chaos, a, b) => chaos.cut(a, b)],
  [4, 4, 6, 5, (chaos, a, b) => chaos.heal(a, b)],
  [2, 2, 1, 1, (chaos, a) => chaos.isolate(a)],
  [3, 3, 4, 3, (chaos, a) => chaos.rejoin(a)],
  [4, 4, 2, 4, (chaos, a) => chaos.snapshot(a)],
  [6, 4, 0, 30, (chaos, a) => chaos.settleSome(a)],
  [0, 0, 0, 8, (chaos, a, b) => chaos.change(a, b)],
  [0, 3, 0, 4, (chaos, a, b) => chaos.transfer(a, b)],
]

/**
 * `calm`: replication mostly; `stormy`: elections and crashes mostly; `slowDisks`: crashes before writes complete;
 * `changing`: changes of membership among all replicas.
 */
export type Weather = 'calm' | 'stormy' | 'slowDisks' | 'changing'

const column = { calm: 0, stormy: 1, slowDisks: 2, changing: 3 } as const

const anyNumber = fc.nat({ max: 10_000 })
const anyChoice: fc.Arbitrary<Choice> = fc.tuple(anyNumber, anyNumber, anyNumber)

/** Lists of choices: each kind of thing as often as its parts say, or with fast-check's liking for small numbers. */
export function anySchedule(minLength: number, maxLength: number): fc.Arbitrary<Choice[]> {
  const length = { minLength, maxLength, size: 'max' } as const
  return fc.oneof(fc.array(fc.noBias(anyChoice), length), fc.array(anyChoice, length))
}

/** A cluster to which anything may happen that links, disks and crashes can do to it. */
export class Chaos {
  readonly cluster: Cluster
  readonly invariants: Invariants
  private readonly ids: readonly NodeId[]
  /** Everything that was ever sent: any of it may arrive again, even after restarts. */
  private readonly sent: Flight[] = []
  private readonly snapshots = new Map<NodeId, SnapshotMeta[]>()
  private readonly proposals: { id: NodeId; sequence: number; start: number }[] = []
  /** Reads, changes of membership and transfers: what ends with a reply and in no other way. */
  private readonly asked: { id: NodeId; sequence: number; start: number }[] = []
  private readonly starts = new Map<NodeId, number>()
  private readonly weather: Weather
  private readonly changesAsked: number[] = []
  private readonly hasWitness: boolean

  constructor(
    size: number,
    options: ClusterOptions,
    weather: Weather = 'calm',
    definition?: EngineDefinition<RaftMessage>,
    hasWitness = false,
  ) {
    this.weather = weather
    this.hasWitness = hasWitness
    // Timers that keep step could keep two candidates apart from a quorum for ever.
    const drawDelay = weather === 'changing' ? drawUnevenly() : undefined
    this.cluster = createCluster(
      size,
      drawDelay === undefined ? options : { ...options, drawDelay },
      definition,
    )
    this.invariants = new Invariants(this.cluster)
    this.ids = [...this.cluster.nodes.keys()]
    this.cluster.filter = (flight) => this.sent.push(flight) > 0
    for (const id of this.ids) this.cluster.node(id).autoPersist = false
  }

  perform([kind, a, b]: Choice): void {
    const position = column[this.weather]
    const total = actions.reduce((sum, parts) => sum + parts[position], 0)
    let rest = kind % total
    for (const action of actions) {
      rest -= action[position]
      if (rest >= 0) continue
      action[4](this, a, b)
      break
    }
    this.noteSnapshots()
    this.invariants.check()
  }

  deliver(a: number): void {
    const { inFlight } = this.cluster
    const flight = inFlight[a % Math.max(1, inFlight.length)]
    if (flight !== undefined) this.cluster.deliver((other) => other === flight)
  }

  completeWrite(a: number): void {
    const busy = this.ids.filter((id) => this.cluster.node(id).writing.length > 0)
    const id = busy[a % Math.max(1, busy.length)]
    if (id !== undefined) this.cluster.node(id).completeWrite(this.cluster.now())
  }

  fireTimer(a: number, b: number): void {
    const timers = [...this.node(a).timers.keys()]
    if (timers.length > 0) this.cluster.fire(this.node(a).id, timers[b % timers.length]!)
  }

  beat(a: number): void {
    const id = this.leader(a)
    if (id !== undefined) this.cluster.fire(id, 'heartbeat')
  }

  campaign(a: number): void {
    const { id, running } = this.node(a)
    if (running) campaign(this.cluster, id)
  }

  propose(a: number, b: number): void {
    const id = this.served(a, b)
    if (id === undefined) return
    const sequence = this.cluster.propose(id)
    this.proposals.push({ id, sequence, start: this.startOf(id) })
  }

  read(a: number, b: number): void {
    const id = this.served(a, b)
    if (id === undefined) return
    const floor = this.invariants.highestCommit
    const sequence = this.cluster.read(id)
    this.invariants.noteRead(sequence, floor)
    this.asked.push({ id, sequence, start: this.startOf(id) })
  }

  /** Asks for voters and observers among all replicas: now one more or less, now others altogether. */
  change(a: number, b: number): void {
    const id = this.served(a, b)
    if (id === undefined) return
    const now = membersOf(this.cluster.observe(id).membership)
    const parts = this.ids.map((other, i) => {
      if (b % 3 === 0) return [2, 0, 2, 1][(b >> (2 * i)) & 3]!
      const part = now.includes(other) ? (isVoter(this.cluster.observe(id).membership, other) ? 2 : 1) : 0
      return a % this.ids.length === i ? (part + b) % 3 : part
    })
    const voters = this.ids.filter((_, i) => parts[i] === 2)
    const observers = this.ids.filter((_, i) => parts[i] === 1)
    if (voters.length === 0) return
    const sequence = this.cluster.reconfigure(id, this.withWitness(majorityOf(voters, observers), a))
    this.changesAsked.push(sequence)
    this.asked.push({ id, sequence, start: this.startOf(id) })
  }

  /** Leadership is to go to anybody. */
  transfer(a: number, b: number): void {
    const id = this.leader(a)
    if (id === undefined) return
    const sequence = transfer(this.cluster, id, this.ids[b % this.ids.length]!)
    this.asked.push({ id, sequence, start: this.startOf(id) })
  }

  /** The last of all replicas is a witness wherever it is a member, if the cluster is to have one. */
  private withWitness(membership: Membership, a: number): Membership {
    const last = Math.max(...this.ids)
    if (!this.hasWitness) return membership
    if (!votersOf(membership).includes(last))
      return { ...membership, observers: membership.observers.filter((id) => id !== last) }
    return votersOf(membership).length === 1
      ? majorityOf([1 + (a % (last - 1))])
      : withWitnesses(membership, [last])
  }

  drop(a: number): void {
    const { inFlight } = this.cluster
    const [flight] = inFlight.splice(a % Math.max(1, inFlight.length), 1)
    if (flight?.snapshot === undefined) return
    this.cluster
      .node(flight.from)
      .step({ type: 'snapshotFailed', to: flight.to, cause: 'lost' }, this.cluster.now())
  }

  replay(a: number): void {
    const flight = this.sent[a % Math.max(1, this.sent.length)]
    if (flight !== undefined && this.cluster.node(flight.to).running)
      this.cluster.inFlight.push({ ...flight })
  }

  crash(a: number): void {
    if (this.node(a).running) this.cluster.crash(this.node(a).id)
  }

  restart(a: number): void {
    const stopped = this.ids.filter((id) => !this.cluster.node(id).running)
    const id = stopped[a % Math.max(1, stopped.length)]
    if (id === undefined) return
    const node = this.cluster.node(id)
    // A host must not restore a snapshot that its log contradicts or does not reach: it was never installed.
    node.stored = this.snapshots.get(id)?.findLast((meta) => isInLog(node.durable, meta))
    this.invariants.noteRestart(id)
    this.starts.set(id, this.startOf(id) + 1)
    this.cluster.start(id)
  }

  cut(a: number, b: number): void {
    const [from, to] = [this.node(a).id, this.node(b).id]
    if (from === to) return
    this.cluster.cut(from, to)
  }

  heal(a: number, b: number): void {
    if (a !== b) this.cluster.heal(this.node(a).id, this.node(b).id)
  }

  isolate(a: number): void {
    this.cluster.isolate(this.leader(a) ?? this.node(a).id)
  }

  rejoin(a: number): void {
    this.cluster.rejoin(this.node(a).id)
  }

  snapshot(a: number): void {
    const { id, running, appliedIndex, stored } = this.node(a)
    if (running && appliedIndex > (stored?.index ?? 0)) this.cluster.buildSnapshot(id)
  }

  settleSome(a: number): void {
    for (let i = 0; i < a % 40; i++) this.deliver(0)
    while (this.ids.some((id) => this.cluster.node(id).writing.length > 0)) this.completeWrite(a)
  }

  /** Everything heals: a leader is elected, all logs become equal, and every request has come to an end. */
  recover(): void {
    for (const a of this.ids) for (const b of this.ids) if (a < b) this.cluster.heal(a, b)
    for (const _ of this.ids) this.restart(0)
    for (const id of this.ids) {
      this.cluster.node(id).autoPersist = true
      this.cluster.node(id).drain(this.cluster.now())
    }
    this.settle(4_000)
    if (leadersOf(this.cluster).length !== 1) throw new Error('Liveness: no leader, or several')
    const { membership } = this.cluster.observe(leadersOf(this.cluster)[0]!)
    const served = membersOf(membership).filter((id) => !isWitness(membership, id))
    const late = served.map((id) => ({ id, sequence: this.cluster.propose(id), start: this.startOf(id) }))
    const reads = served.map((id) => ({ id, sequence: this.cluster.read(id), start: this.startOf(id) }))
    this.settle(2_000)
    this.checkEnd(late, reads)
  }

  private settle(milliseconds: number): void {
    const end = this.cluster.time + milliseconds
    while (this.cluster.time < end) {
      this.cluster.run(100)
      this.noteSnapshots()
      this.invariants.check()
    }
  }

  /** Whom the leader takes for members. */
  private members(): readonly NodeId[] {
    return membersOf(this.cluster.observe(leadersOf(this.cluster)[0]!).membership)
  }

  /** How the changes that were asked for ended. */
  get changes(): readonly string[] {
    return this.changesAsked.flatMap((sequence) => {
      const reply = this.invariants.answers.get(sequence)
      return reply === undefined ? [] : [reply.type === 'rejected' ? reply.reason : reply.type]
    })
  }

  private checkEnd(late: Chaos['proposals'], reads: Chaos['asked']): void {
    const last = this.cluster.observe(leadersOf(this.cluster)[0]!).lastIndex
    for (const id of this.members()) {
      const { commitIndex, lastIndex } = this.cluster.observe(id)
      if (commitIndex !== last || lastIndex !== last) throw new Error(`Liveness: ${id} is behind`)
    }
    for (const { id, sequence } of late) {
      if (!this.isApplied(id, sequence))
        throw new Error(`Liveness: proposal ${sequence} at ${id} is not applied`)
    }
    for (const request of this.proposals) {
      const isEnded = this.startOf(request.id) !== request.start || this.isEnded(request.id, request.sequence)
      if (!isEnded) throw new Error(`Proposal ${request.sequence} at ${request.id} was never answered`)
    }
    for (const { id, sequence, start } of [...this.asked, ...reads]) {
      if (this.startOf(id) === start && !this.invariants.answers.has(sequence)) {
        throw new Error(`Request ${sequence} at ${id} was never answered`)
      }
    }
    this.invariants.checkRequests()
  }

  private isEnded(id: NodeId, sequence: number): boolean {
    if (this.invariants.answers.has(sequence) || this.isApplied(id, sequence)) return true
    return this.cluster
      .node(id)
      .replies.some((reply) => reply.type === 'abandoned' && reply.sequence >= sequence)
  }

  private isApplied(id: NodeId, sequence: number): boolean {
    return this.cluster
      .node(id)
      .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
  }

  private noteSnapshots(): void {
    for (const id of this.ids) {
      const { stored } = this.cluster.node(id)
      const known = this.snapshots.get(id) ?? []
      if (stored !== undefined && known.at(-1) !== stored) this.snapshots.set(id, [...known, stored])
    }
  }

  private startOf(id: NodeId): number {
    return this.starts.get(id) ?? 0
  }

  private leader(a: number): NodeId | undefined {
    const leaders = leadersOf(this.cluster)
    return leaders[a % Math.max(1, leaders.length)]
  }

  /** Where a client asks: mostly at a leader, an old one perhaps. */
  private served(a: number, b: number): NodeId | undefined {
    const { id, running } = this.node(a)
    return (b % 4 > 0 ? this.leader(a) : undefined) ?? (running ? id : undefined)
  }

  private node(a: number) {
    return this.cluster.node(this.ids[a % this.ids.length]!)
  }
}

/** Delays from the whole range, the same in each run. */
function drawUnevenly(): DrawDelay {
  let state = 1
  return (_, min, max) => {
    state = (state * 48_271) % 2_147_483_647
    return min + ((max - min) * state) / 2_147_483_647
  }
}

function isInLog(durable: ReturnType<Cluster['node']>['durable'], { index, epoch }: SnapshotMeta): boolean {
  if (index === durable.baseIndex) return durable.image(0).base?.epoch === epoch
  return durable.entryAt(index)?.epoch === epoch
}
