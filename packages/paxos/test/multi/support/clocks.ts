import { type EngineDefinition, majorityOf, type Membership, type NodeId } from '@quorate/core'
import { EngineCluster } from '@quorate/sim'
import type { MultiPaxosOptions, PaxosMessage } from '../../../src/index.ts'
import { checkedPaxos } from './checked.ts'
import { type Cluster, eventsOf, leadersOf, numbers } from './cluster.ts'
import { ClientContract } from './contract.ts'

/** How fast each replica's clock runs: 1.05 gains 50 ms in a second. Those left out run true. */
export type Rates = Readonly<Record<NodeId, number>>

/** A cluster whose replicas each tell time by a clock of their own: what they are told, and what their timers take. */
export function createClocked(
  size: number,
  options: MultiPaxosOptions,
  rates: Rates = {},
  membership: Membership = majorityOf(Array.from({ length: size }, (_, i) => i + 1)),
): Cluster {
  const checked = checkedPaxos(options)
  const rateOf = (id: NodeId): number => rates[id] ?? 1
  const definition: EngineDefinition<PaxosMessage> = {
    ...checked,
    create(init) {
      const engine = checked.create({ ...init, membership })
      const rate = rateOf(init.self)
      return {
        step: (input, { wall, monotonic }) => engine.step(input, { wall, monotonic: monotonic * rate }),
        take: () => engine.take(),
        observe: () => engine.observe(),
        capture: () => engine.capture(),
      }
    },
  }
  return new EngineCluster(definition, size, {
    drawDelay: (id, min, max) => (min === max ? min : (min + max) / 2 + id) / rateOf(id),
  })
}

/** Lets time pass in which nothing happens: timers that should have run out are late. */
export function sleep(cluster: Cluster, milliseconds: number): void {
  cluster.time += milliseconds
}

/** How many reads `id` has answered by its lease. */
export function leaseReads(cluster: Cluster, id: NodeId): number {
  return eventsOf(cluster, id, 'ReadByLease').length
}

/**
 * Random episodes of clients that write and read by lease: a leader stands still with its answers on their way, is cut
 * off, others elect another one, grantors crash, all heals. Clocks drift all the time. Every answer to a read is checked
 * against what anyone knew to be chosen when it was made.
 */
export class LeaseWalk {
  readonly cluster: Cluster
  private readonly contract: ClientContract
  private readonly random: () => number
  private readonly ids: readonly NodeId[]
  /** A process that stands still: its timers are late until then. */
  private late: { readonly id: NodeId; readonly until: number } | undefined

  constructor(seed: number, size: number, options: MultiPaxosOptions, drift: number) {
    this.random = numbers(seed)
    this.ids = Array.from({ length: size }, (_, i) => i + 1)
    const rates = this.ids.map((id) => {
      const share = this.random() < 0.7 ? Math.sign(this.random() - 0.5) : 2 * this.random() - 1
      return [id, 1 + drift * share] as const
    })
    this.cluster = createClocked(size, options, Object.fromEntries(rates))
    this.contract = new ClientContract(this.cluster)
  }

  /** How many reads were answered by a lease. */
  get leaseReads(): number {
    return this.ids.reduce((sum, id) => sum + leaseReads(this.cluster, id), 0)
  }

  episodes(count: number): void {
    for (let i = 0; i < count; i++) {
      for (const id of this.ids) this.cluster.rejoin(id)
      this.spend(600)
      this.depose(this.pick(leadersOf(this.cluster)))
      this.spend(1_200)
    }
  }

  /** A beat's answers take their time; then nothing passes any more. Its grantors may start again. */
  private depose(id: NodeId | undefined): void {
    const { cluster } = this
    if (id === undefined) return
    this.late = { id, until: cluster.time + 2_000 * this.random() }
    cluster.fire(id, 'heartbeat')
    while (cluster.deliver(({ to }) => to !== id));
    this.passTime(this.random() < 0.5 ? 0 : 300 * this.random())
    cluster.settle()
    cluster.isolate(id)
    for (const other of this.ids) {
      if (other === id || this.random() < 0.7) continue
      cluster.crash(other)
      cluster.start(other)
    }
  }

  /** Time passes by leaps; clients write and read at whoever thinks that it leads. */
  private spend(milliseconds: number): void {
    const { cluster } = this
    const end = cluster.time + milliseconds * this.random()
    while (cluster.time < end) {
      this.passTime(40 * this.random())
      cluster.settle()
      for (const leader of leadersOf(cluster)) {
        if (this.random() < 0.5) this.read(leader)
        if (this.random() < 0.5) cluster.propose(leader)
      }
      cluster.settle()
      this.contract.check()
    }
  }

  private passTime(milliseconds: number): void {
    const { cluster, late } = this
    cluster.time += milliseconds
    for (const { id, timers } of cluster.nodes.values()) {
      if (late?.id === id && cluster.time < late.until) continue
      for (const [timer, at] of timers) if (at <= cluster.time) cluster.fire(id, timer)
    }
  }

  private read(leader: NodeId): void {
    const floor = this.contract.highestCommit
    this.contract.noteRead(this.cluster.read(leader, 'lease'), floor)
  }

  private pick<T>(list: readonly T[]): T | undefined {
    return list[Math.floor(this.random() * list.length)]
  }
}
