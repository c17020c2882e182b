import type { EngineDefinition, NodeId } from '@quorate/core'
import fc from 'fast-check'
import type { PaxosMessage } from '../../../src/index.ts'
import {
  campaign,
  type Cluster,
  type ClusterOptions,
  createCluster,
  type Flight,
  leadersOf,
} from './cluster.ts'
import { ClientContract } from './contract.ts'

/** One choice of a schedule: what kind of thing happens, and two numbers to choose what it happens to. */
export type Choice = readonly [kind: number, a: number, b: number]

type Action = (chaos: Chaos, a: number, b: number) => void

/** What can happen, and how often in each weather, in parts of the total. */
const actions: readonly (readonly [calm: number, stormy: number, slowDisks: number, action: Action])[] = [
  [90, 80, 90, (chaos, a) => chaos.deliver(a)],
  [30, 32, 12, (chaos, a) => chaos.completeWrite(a)],
  [4, 12, 8, (chaos, a, b) => chaos.fireTimer(a, b)],
  [8, 8, 4, (chaos, a) => chaos.beat(a)],
  [4, 12, 12, (chaos, a) => chaos.campaign(a)],
  [24, 12, 8, (chaos, a, b) => chaos.propose(a, b)],
  [8, 6, 4, (chaos, a, b) => chaos.read(a, b)],
  [5, 6, 3, (chaos, a) => chaos.drop(a)],
  [6, 8, 6, (chaos, a) => chaos.replay(a)],
  [2, 6, 7, (chaos, a, b) => chaos.crash(a, b)],
  [10, 14, 24, (chaos, a) => chaos.restart(a)],
  [1, 2, 1, (chaos, a, b) => chaos.cut(a, b)],
  [4, 4, 6, (chaos, a, b) => chaos.heal(a, b)],
  [2, 2, 1, (chaos, a) => chaos.isolate(a)],
  [3, 3, 4, (chaos, a) => chaos.rejoin(a)],
  [4, 4, 2, (chaos, a) => chaos.snapshot(a)],
  [6, 4, 0, (chaos, a) => chaos.settleSome(a)],
]

/** `calm`: phase 2 mostly; `stormy`: phase 1 and crashes mostly; `slowDisks`: crashes before writes complete. */
export type Weather = 'calm' | 'stormy' | 'slowDisks'

const column = { calm: 0, stormy: 1, slowDisks: 2 } as const

const anyNumber = fc.nat({ max: 10_000 })
const anyChoice: fc.Arbitrary<Choice> = fc.tuple(anyNumber, anyNumber, anyNumber)

/** Lists of choices: each kind of thing as often as its parts say, or with fast-check's liking for small numbers. */
export function anySchedule(minLength: number, maxLength: number): fc.Arbitrary<Choice[]> {
  const length = { minLength, maxLength, size: 'max' } as const
  return fc.oneof(fc.array(fc.noBias(anyChoice), length), fc.array(anyChoice, length))
}

/** A request of a client, and in which life of its replica it was made. */
interface Asked {
  readonly id: NodeId
  readonly sequence: number
  readonly life: number
}

/** A cluster to which anything may happen that links, disks and crashes can do to it. */
export class Chaos {
  readonly cluster: Cluster
  readonly contract: ClientContract
  private readonly ids: readonly NodeId[]
  /** Everything that was ever sent: any of it may arrive again, even after restarts. */
  private readonly sent: Flight[] = []
  private readonly proposals: Asked[] = []
  private readonly reads: Asked[] = []
  private readonly lives = new Map<NodeId, number>()
  private readonly weather: Weather

  constructor(
    size: number,
    options: ClusterOptions,
    weather: Weather = 'calm',
    definition?: EngineDefinition<PaxosMessage>,
  ) {
    this.weather = weather
    this.cluster = createCluster(size, options, definition)
    this.contract = new ClientContract(this.cluster)
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
      action[3](this, a, b)
      break
    }
    this.contract.check()
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
    this.proposals.push(this.asked(id, this.cluster.propose(id)))
  }

  read(a: number, b: number): void {
    const id = this.served(a, b)
    if (id === undefined) return
    this.reads.push(this.askRead(id))
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

  /** Some of its writes under way, from the oldest on, may have reached the disk without its being told. */
  crash(a: number, b: number): void {
    const { id, running, writing } = this.node(a)
    if (running) this.cluster.crash(id, b % (writing.length + 1))
  }

  restart(a: number): void {
    const stopped = this.ids.filter((id) => !this.cluster.node(id).running)
    const id = stopped[a % Math.max(1, stopped.length)]
    if (id === undefined) return
    this.lives.set(id, this.lifeOf(id) + 1)
    this.cluster.start(id)
  }

  cut(a: number, b: number): void {
    const [from, to] = [this.node(a).id, this.node(b).id]
    if (from !== to) this.cluster.cut(from, to)
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

  /** Everything heals: somebody leads, all replicas know the same to be chosen, and every request has come to an end. */
  recover(): void {
    for (const a of this.ids) for (const b of this.ids) if (a < b) this.cluster.heal(a, b)
    for (const _ of this.ids) this.restart(0)
    for (const id of this.ids) {
      this.cluster.node(id).autoPersist = true
      this.cluster.node(id).drain(this.cluster.now())
    }
    this.settle(4_000)
    if (leadersOf(this.cluster).length !== 1) throw new Error('Liveness: no leader, or several')
    const late = this.ids.map((id) => this.asked(id, this.cluster.propose(id)))
    const reads = this.ids.map((id) => this.askRead(id))
    this.settle(2_000)
    this.checkEnd(late, reads)
  }

  private settle(milliseconds: number): void {
    const end = this.cluster.time + milliseconds
    while (this.cluster.time < end) {
      this.cluster.run(100)
      this.contract.check()
    }
  }

  private checkEnd(late: readonly Asked[], reads: readonly Asked[]): void {
    // What only a minority has accepted may stay above what is chosen, for as long as nobody proposes there.
    const chosen = Math.max(...this.ids.map((id) => this.cluster.observe(id).commitIndex))
    for (const id of this.ids) {
      const { commitIndex } = this.cluster.observe(id)
      if (commitIndex !== chosen) throw new Error(`Liveness: ${id} knows ${commitIndex} of ${chosen}`)
    }
    for (const { id, sequence } of late) {
      if (!this.isApplied(id, sequence))
        throw new Error(`Liveness: proposal ${sequence} is not done at ${id}`)
    }
    for (const asked of this.proposals) {
      if (this.lifeOf(asked.id) === asked.life && !this.isEnded(asked.id, asked.sequence))
        throw new Error(`Proposal ${asked.sequence} at ${asked.id} was never answered`)
    }
    for (const { id, sequence, life } of [...this.reads, ...reads]) {
      if (this.lifeOf(id) === life && !this.contract.answers.has(sequence))
        throw new Error(`Read ${sequence} at ${id} was never answered`)
    }
    this.contract.checkRequests()
  }

  private isEnded(id: NodeId, sequence: number): boolean {
    if (this.contract.answers.has(sequence) || this.isApplied(id, sequence)) return true
    return this.cluster
      .node(id)
      .replies.some((reply) => reply.type === 'abandoned' && reply.sequence >= sequence)
  }

  private isApplied(id: NodeId, sequence: number): boolean {
    return this.cluster
      .node(id)
      .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
  }

  private asked(id: NodeId, sequence: number): Asked {
    return { id, sequence, life: this.lifeOf(id) }
  }

  private askRead(id: NodeId): Asked {
    const floor = this.contract.highestCommit
    const sequence = this.cluster.read(id)
    this.contract.noteRead(sequence, floor)
    return this.asked(id, sequence)
  }

  private lifeOf(id: NodeId): number {
    return this.lives.get(id) ?? 0
  }

  private leader(a: number): NodeId | undefined {
    const leaders = leadersOf(this.cluster)
    return leaders[a % Math.max(1, leaders.length)]
  }

  /** Where a client asks: mostly at a leader, a deposed one perhaps. */
  private served(a: number, b: number): NodeId | undefined {
    const { id, running } = this.node(a)
    return (b % 4 > 0 ? this.leader(a) : undefined) ?? (running ? id : undefined)
  }

  private node(a: number) {
    return this.cluster.node(this.ids[a % this.ids.length]!)
  }
}
