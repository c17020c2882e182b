import type { EngineDefinition, NodeId } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import { raft, type RaftMessage, type RaftOptions } from '../../src/index.ts'
import { campaign, type Cluster, deliverAll, isType, leadersOf } from './cluster.ts'
import { answersTo, readNow, transfer } from './leadership.ts'

/** Raft whose replicas' clocks start anywhere and run at rates of their own, in turn the fastest and the slowest allowed. */
export function driftingRaft(options: RaftOptions, drift: number): EngineDefinition<RaftMessage> {
  const definition = raft(options)
  return {
    ...definition,
    create(init) {
      const engine = definition.create(init)
      const rate = init.self % 2 === 0 ? 1 + drift : 1 - drift
      return {
        step: (input, { wall, monotonic }) =>
          engine.step(input, { wall, monotonic: monotonic * rate + 10_000 * init.self }),
        take: () => engine.take(),
        observe: () => engine.observe(),
        capture: () => engine.capture(),
      }
    },
  }
}

type Step = (walk: LeaseWalk, a: number) => void

/** What can happen, and how often, in parts of the total. */
const steps: readonly (readonly [parts: number, step: Step])[] = [
  [6, ({ cluster }, a) => (cluster.time += a % 60)],
  [2, ({ cluster }, a) => (cluster.time += a % 400)],
  [5, (walk, a) => walk.beat(a)],
  [6, (walk, a) => walk.deliver(a)],
  [2, (walk, a) => walk.slowRound(a)],
  [3, (walk, a) => walk.cut(a)],
  [3, (walk, a) => walk.depose(a)],
  [2, (walk, a) => walk.heal(a)],
  [3, (walk, a) => walk.campaign(a)],
  [3, (walk, a) => walk.propose(a)],
  [1, (walk, a) => walk.restart(a)],
  [2, (walk, a) => walk.transfer(a)],
]
const total = steps.reduce((sum, [parts]) => sum + parts, 0)

/**
 * A walk that is hard on leases: time passes, answers come late, leaders are cut off, replicas restart; and after each
 * step everybody who thinks it leads is read from by lease. Throws if such a read misses what was committed before.
 */
export class LeaseWalk {
  readonly cluster: Cluster
  /** Reads answered by lease. */
  reads = 0
  /** Of all transfers, those that were done. */
  done = 0
  private readonly transfers: { id: NodeId; request: number }[] = []
  private committed = 0

  constructor(size: number, options: RaftOptions, drift: number) {
    this.cluster = new EngineCluster(driftingRaft(options, drift), size)
    this.campaign(0)
    this.cluster.settle()
  }

  perform(kind: number, a: number): void {
    let rest = kind % total
    for (const [parts, step] of steps) {
      rest -= parts
      if (rest >= 0) continue
      step(this, a)
      break
    }
    for (const id of leadersOf(this.cluster)) this.readAt(id)
  }

  beat(a: number): void {
    const id = this.leader(a)
    if (id !== undefined) this.cluster.fire(id, 'heartbeat')
  }

  /** All that is under way, or the first few, or what goes to one replica. */
  deliver(a: number): void {
    const { cluster } = this
    if (a % 3 === 0) cluster.settle()
    else if (a % 3 === 1) for (let i = 0; i < a % 7; i++) cluster.deliver()
    else while (cluster.deliver(({ to }) => to === this.node(a)));
    this.noteCommits()
  }

  /** A round that all hear of at once, and whose answers take their time. */
  slowRound(a: number): void {
    this.beat(a)
    deliverAll(this.cluster, isType('Heartbeat'))
    this.cluster.time += a % 250
    deliverAll(this.cluster, isType('HeartbeatResponse'))
  }

  /** A leader is cut off, and the others go on without it if they can. */
  depose(a: number): void {
    this.cut(a)
    this.campaign(a >> 3)
    this.cluster.settle()
    this.propose(a >> 5)
    this.cluster.settle()
    this.noteCommits()
  }

  cut(a: number): void {
    this.cluster.isolate(this.leader(a) ?? this.node(a))
  }

  heal(a: number): void {
    this.cluster.rejoin(this.node(a))
  }

  campaign(a: number): void {
    if (a % 2 === 0) campaign(this.cluster, this.node(a >> 1))
    else for (let i = 0; i < 2; i++) this.cluster.fire(this.node(a >> 1), 'election')
  }

  propose(a: number): void {
    const id = this.leader(a)
    if (id === undefined) return
    this.cluster.propose(id)
    if (a % 2 === 0) this.cluster.settle()
    this.noteCommits()
  }

  /** One of them, or all that do not lead. */
  restart(a: number): void {
    const leaders = leadersOf(this.cluster)
    const followers = [...this.cluster.nodes.keys()].filter((id) => !leaders.includes(id))
    for (const id of a % 2 === 0 ? [this.node(a >> 1)] : followers) {
      this.cluster.crash(id)
      this.cluster.start(id)
    }
  }

  transfer(a: number): void {
    const id = this.leader(a)
    if (id !== undefined) this.transfers.push({ id, request: transfer(this.cluster, id, this.node(a >> 2)) })
  }

  /** Everything heals. No transfer has had two answers, and one at a replica that never restarted has had one. */
  recover(): void {
    for (const id of this.cluster.nodes.keys()) this.cluster.rejoin(id)
    this.cluster.run(6_000)
    if (leadersOf(this.cluster).length !== 1) throw new Error('Liveness: no leader, or several')
    for (const { id, request } of this.transfers) {
      const restarts = this.cluster.node(id).events.filter(({ name }) => name === 'Restart').length
      const answers = answersTo(this.cluster, id, request)
      if (answers.length > 1 || (answers.length === 0 && restarts === 1))
        throw new Error(`transfer ${request} at ${id} has ${answers.length} answers`)
      if (answers[0] === 'done') this.done += 1
    }
  }

  private readAt(id: NodeId): void {
    const index = readNow(this.cluster, id)
    if (index === undefined) return
    this.reads += 1
    if (index < this.committed)
      throw new Error(`Linearizability: ${id} reads at ${index}, not ${this.committed} or later`)
  }

  private noteCommits(): void {
    for (const id of this.cluster.nodes.keys())
      this.committed = Math.max(this.committed, this.cluster.observe(id).commitIndex)
  }

  private leader(a: number): NodeId | undefined {
    const leaders = leadersOf(this.cluster)
    return leaders[(a >> 1) % Math.max(1, leaders.length)]
  }

  private node(a: number): NodeId {
    return 1 + (a % this.cluster.nodes.size)
  }
}
