import { majorityOf, type Membership, type NodeId, type Reply } from '@quorate/core'
import {
  campaign,
  type Cluster,
  type ClusterOptions,
  type Flight,
  leadersOf,
  numbers,
  repliesOf,
} from './cluster.ts'
import { ClientContract } from './contract.ts'
import { createWide, establishedLeader, reconfigure } from './members.ts'

/** A request of a client, and in which life of its replica it was made. */
interface Asked {
  readonly kind: 'proposal' | 'read' | 'change'
  readonly id: NodeId
  readonly sequence: number
  readonly life: number
}

/** The ids of everybody there is; the first three are the first voters. */
const everybody: readonly NodeId[] = [1, 2, 3, 4, 5, 6]

/**
 * A cluster of six whose members change while everything goes wrong that can: a random walk of deliveries, losses,
 * repeats, timeouts, writes, crashes, snapshots and changes of membership, drawn from a seed.
 */
export class MemberWalk {
  readonly cluster: Cluster
  readonly contract: ClientContract
  /** How many changes were done, as far as those who asked for them know. */
  changes = 0
  private readonly random: () => number
  private readonly asked: Asked[] = []
  private readonly sent: Flight[] = []
  private readonly lives = new Map<NodeId, number>()
  private readonly actions: readonly (readonly [weight: number, action: () => void])[] = [
    [110, () => this.deliver()],
    [40, () => this.completeWrite()],
    [8, () => this.fireTimer()],
    [8, () => this.beat()],
    [5, () => this.campaign()],
    [14, () => this.ask('proposal')],
    [5, () => this.ask('read')],
    [6, () => this.ask('change')],
    [4, () => this.drop()],
    [4, () => this.replay()],
    [3, () => this.crash()],
    [10, () => this.restart()],
    [2, () => this.cluster.cut(...this.pair())],
    [5, () => this.cluster.heal(...this.pair())],
    [1, () => this.cluster.isolate(this.pick(everybody))],
    [3, () => this.cluster.rejoin(this.pick(everybody))],
    [4, () => this.buildSnapshot()],
    [3, () => this.calm()],
  ]

  constructor(seed: number, options: ClusterOptions) {
    this.random = numbers(seed)
    this.cluster = createWide(majorityOf([1, 2, 3]), [4, 5, 6], options)
    this.contract = new ClientContract(this.cluster)
    this.cluster.filter = (flight) => this.sent.push(flight) > 0
    for (const id of everybody) this.cluster.node(id).autoPersist = false
  }

  walk(steps: number): void {
    const total = this.actions.reduce((sum, [weight]) => sum + weight, 0)
    for (let i = 0; i < steps; i++) {
      let rest = this.random() * total
      const [, action] = this.actions.find(([weight]) => (rest -= weight) < 0)!
      action()
      this.contract.check()
    }
  }

  /** Everything heals: somebody leads, all members know the same to be chosen, and every request has come to an end. */
  recover(): void {
    const { cluster } = this
    for (const a of everybody) for (const b of everybody) if (a < b) cluster.heal(a, b)
    for (const _ of everybody) this.restart()
    for (const id of everybody) {
      cluster.node(id).autoPersist = true
      cluster.node(id).drain(cluster.now())
    }
    this.settle(6_000)
    const leader = establishedLeader(cluster)
    if (leader === undefined) throw new Error('Liveness: no established leader')
    for (const id of this.members()) {
      this.note('proposal', id, cluster.propose(id))
      this.noteRead(id)
    }
    this.settle(2_000)
    this.checkEnd()
  }

  private checkEnd(): void {
    const { cluster } = this
    const chosen = Math.max(...everybody.map((id) => cluster.observe(id).commitIndex))
    for (const id of this.members()) {
      const { commitIndex } = cluster.observe(id)
      if (commitIndex !== chosen) throw new Error(`Liveness: ${id} knows ${commitIndex} of ${chosen}`)
    }
    for (const asked of this.asked) {
      if (this.lifeOf(asked.id) === asked.life && !this.isEnded(asked))
        throw new Error(`${asked.kind} ${asked.sequence} at ${asked.id} was never answered`)
    }
    this.changes = this.countReplies('done')
    this.contract.checkRequests()
  }

  private members(): readonly NodeId[] {
    const { quorums, observers } = this.cluster.observe(establishedLeader(this.cluster)!).membership
    if (quorums.type !== 'majority') throw new Error('all are majorities here')
    return [...quorums.voters, ...observers]
  }

  private settle(milliseconds: number): void {
    const end = this.cluster.time + milliseconds
    while (this.cluster.time < end) {
      this.cluster.run(100)
      this.contract.check()
    }
  }

  private isEnded({ kind, id, sequence }: Asked): boolean {
    if (this.contract.answers.has(sequence)) return true
    if (kind !== 'proposal') return false
    if (repliesOf(this.cluster, id, sequence).some(({ type }) => type === 'abandoned')) return true
    return this.cluster
      .node(id)
      .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
  }

  private countReplies(type: Reply['type']): number {
    return everybody.reduce(
      (sum, id) => sum + this.cluster.node(id).replies.filter((reply) => reply.type === type).length,
      0,
    )
  }

  private deliver(): void {
    const flight = this.pick(this.cluster.inFlight)
    if (flight !== undefined) this.cluster.deliver((other) => other === flight)
  }

  private completeWrite(): void {
    const busy = everybody.filter((id) => this.cluster.node(id).writing.length > 0)
    const id = this.pick(busy)
    if (id !== undefined) this.cluster.node(id).completeWrite(this.cluster.now())
  }

  private fireTimer(): void {
    const id = this.pick(everybody)
    const timer = this.pick([...this.cluster.node(id).timers.keys()])
    if (timer !== undefined) this.cluster.fire(id, timer)
  }

  private beat(): void {
    const id = this.pick(leadersOf(this.cluster))
    if (id !== undefined) this.cluster.fire(id, 'heartbeat')
  }

  private campaign(): void {
    const id = this.pick(everybody)
    if (this.cluster.node(id).running) campaign(this.cluster, id)
  }

  private ask(kind: Asked['kind']): void {
    const leader = this.pick(leadersOf(this.cluster))
    const id = this.random() < 0.7 && leader !== undefined ? leader : this.pick(everybody)
    if (!this.cluster.node(id).running) return
    if (kind === 'proposal') this.note(kind, id, this.cluster.propose(id))
    else if (kind === 'read') this.noteRead(id)
    else this.note(kind, id, reconfigure(this.cluster, id, this.anyMembership()))
  }

  private anyMembership(): Membership {
    const voters = everybody.filter(() => this.random() < 0.5)
    const others = everybody.filter((id) => !voters.includes(id) && this.random() < 0.3)
    return majorityOf(
      voters.length === 0 ? [this.pick(everybody)] : voters,
      voters.length === 0 ? [] : others,
    )
  }

  private noteRead(id: NodeId): void {
    const floor = this.contract.highestCommit
    const sequence = this.cluster.read(id)
    this.contract.noteRead(sequence, floor)
    this.note('read', id, sequence)
  }

  private note(kind: Asked['kind'], id: NodeId, sequence: number): void {
    this.asked.push({ kind, id, sequence, life: this.lifeOf(id) })
  }

  private drop(): void {
    const flight = this.pick(this.cluster.inFlight)
    if (flight === undefined) return
    this.cluster.lose((other) => other === flight)
    if (flight.snapshot === undefined) return
    const cause = { type: 'snapshotFailed', to: flight.to, cause: 'lost' } as const
    this.cluster.node(flight.from).step(cause, this.cluster.now())
  }

  private replay(): void {
    const flight = this.pick(this.sent)
    if (flight !== undefined && this.cluster.node(flight.to).running)
      this.cluster.inFlight.push({ ...flight })
  }

  private crash(): void {
    const { id, running, writing } = this.cluster.node(this.pick(everybody))
    if (running) this.cluster.crash(id, Math.floor(this.random() * (writing.length + 1)))
  }

  private restart(): void {
    const id = this.pick(everybody.filter((one) => !this.cluster.node(one).running))
    if (id === undefined) return
    this.lives.set(id, this.lifeOf(id) + 1)
    this.cluster.start(id)
  }

  private buildSnapshot(): void {
    const { id, running, appliedIndex, stored } = this.cluster.node(this.pick(everybody))
    if (running && appliedIndex > (stored?.index ?? 0)) this.cluster.buildSnapshot(id)
  }

  /** Disks and links keep up for a while. */
  private calm(): void {
    for (let i = 0; i < 60; i++) {
      this.cluster.deliver()
      this.completeWrite()
    }
  }

  private pair(): [NodeId, NodeId] {
    const a = this.pick(everybody)
    return [a, this.pick(everybody.filter((id) => id !== a))]
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)]!
  }

  private lifeOf(id: NodeId): number {
    return this.lives.get(id) ?? 0
  }
}
