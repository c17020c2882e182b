import { type EngineDefinition, type Message, type NodeId, isVoter } from '@quorate/core'
import { EngineCluster, Random } from '@quorate/sim'
import { breach, check } from '../suite/failure.ts'
import { type Watch, watched } from './watched.ts'

type Act<M extends Message> = (storm: Storm<M>) => void

/** What can happen, and how often, in parts. */
function acts<M extends Message>(): readonly (readonly [number, Act<M>])[] {
  return [
    [60, (storm) => storm.deliver()],
    [24, (storm) => storm.completeWrite()],
    [12, (storm) => storm.fireTimer()],
    [14, (storm) => storm.propose()],
    [5, (storm) => storm.read()],
    [5, (storm) => storm.lose()],
    [4, (storm) => storm.repeat()],
    [3, (storm) => storm.crash()],
    [7, (storm) => storm.restart()],
    [2, (storm) => storm.cut()],
    [5, (storm) => storm.heal()],
    [3, (storm) => storm.snapshot()],
    [3, (storm) => storm.calm()],
  ]
}

/**
 * A cluster to which anything happens that links, disks, clocks and crashes can do to it, as much as the engine says
 * that it stands: on `fifo` links messages are lost by breaking the link alone, on others in any way.
 */
export class Storm<M extends Message> {
  readonly cluster: EngineCluster<M>
  private readonly definition: EngineDefinition<M>
  private readonly random: Random
  private readonly ids: readonly NodeId[]
  private readonly acts: readonly (readonly [number, Act<M>])[] = acts()

  constructor(definition: EngineDefinition<M>, size: number, seed: number, watches: readonly Watch<M>[]) {
    this.definition = definition
    this.random = new Random(seed)
    const delays = this.random.split('delays')
    this.cluster = new EngineCluster(watched(definition, watches), size, {
      drawDelay: (_, min, max) => delays.integer(Math.ceil(min), Math.floor(max)),
    })
    this.ids = [...this.cluster.nodes.keys()]
    for (const node of this.cluster.nodes.values()) node.autoPersist = false
  }

  /** So many moves. */
  rage(moves: number): void {
    const total = this.acts.reduce((sum, [parts]) => sum + parts, 0)
    for (let i = 0; i < moves; i++) {
      let rest = this.random.integer(0, total - 1)
      const act = this.acts.find(([parts]) => (rest -= parts) < 0)
      act?.[1](this)
    }
  }

  /** Everything heals for good: a leader comes, and what is proposed at any replica is applied by all. */
  recover(): void {
    const { cluster } = this
    for (const a of this.ids) for (const b of this.ids) if (a < b) cluster.heal(a, b)
    for (const node of cluster.nodes.values()) {
      if (!node.running) cluster.start(node.id)
      node.autoPersist = true
      node.drain(cluster.now())
    }
    this.awaitAll('a storm')
  }

  /** Lets time pass until every replica has applied something new that was proposed at each of them. */
  awaitAll(what: string): void {
    const { cluster } = this
    const step = this.definition.electionTimeout
    const missing = new Set(this.ids.filter((id) => isVoter(cluster.observe(id).membership, id)))
    for (let round = 0; round < 60 && missing.size > 0; round++) {
      cluster.run(step)
      for (const id of missing) {
        const sequence = cluster.propose(id)
        cluster.run(step)
        const has = (node: NodeId): boolean =>
          cluster
            .node(node)
            .applied.some(({ request }) => request?.replica === id && request.sequence === sequence)
        if (this.ids.every(has)) missing.delete(id)
      }
    }
    check(
      missing.size === 0,
      () =>
        `after ${what}, with all faults over, what ${[...missing].join()} propose is not applied everywhere`,
    )
    cluster.run(4 * step)
    const seen = this.ids.map((id) => cluster.observe(id))
    const lasts = new Set(seen.map(({ commitIndex }) => commitIndex))
    if (lasts.size > 1)
      breach(`after ${what}, at rest, the replicas know of different commits: ${[...lasts].join()}`)
  }

  deliver(): void {
    const flight = this.flight()
    if (flight !== undefined) this.cluster.deliver((other) => other === flight)
  }

  completeWrite(): void {
    const busy = this.ids.filter((id) => this.cluster.node(id).writing.length > 0)
    if (busy.length > 0) this.cluster.node(this.random.pick(busy)).completeWrite(this.cluster.now())
  }

  fireTimer(): void {
    const node = this.cluster.node(this.random.pick(this.ids))
    const timers = [...node.timers]
    if (timers.length === 0) return
    const [name, at] = this.random.pick(timers)
    this.cluster.time = Math.max(this.cluster.time, at)
    this.cluster.fire(node.id, name)
  }

  propose(): void {
    const id = this.someone()
    if (id !== undefined) this.cluster.propose(id)
  }

  read(): void {
    const id = this.someone()
    if (id !== undefined) this.cluster.read(id)
  }

  lose(): void {
    const flight = this.flight()
    if (flight === undefined) return
    if (this.cluster.keepsOrder || flight.snapshot !== undefined)
      this.cluster.resetLink(flight.from, flight.to)
    else this.cluster.lose((other) => other === flight)
  }

  repeat(): void {
    const flight = this.flight()
    if (flight !== undefined && !this.cluster.keepsOrder) this.cluster.duplicate(flight)
  }

  crash(): void {
    const id = this.random.pick(this.ids)
    const { running, writing } = this.cluster.node(id)
    if (running) this.cluster.crash(id, this.random.integer(0, writing.length))
  }

  restart(): void {
    const stopped = this.ids.filter((id) => !this.cluster.node(id).running)
    if (stopped.length > 0) this.cluster.start(this.random.pick(stopped))
  }

  cut(): void {
    const [a, b] = this.random.shuffle(this.ids)
    if (b === undefined) return
    if (this.random.chance(0.3)) this.cluster.isolate(a!)
    else this.cluster.cut(a!, b)
  }

  heal(): void {
    const [a, b] = this.random.shuffle(this.ids)
    if (b === undefined) return
    if (this.random.chance(0.5)) this.cluster.rejoin(a!)
    else this.cluster.heal(a!, b)
  }

  snapshot(): void {
    const id = this.someone()
    if (id === undefined) return
    const { appliedIndex, stored } = this.cluster.node(id)
    // A host keeps a snapshot back until the log that it stands on is durable.
    const isDurable = this.cluster.observe(id).durableIndex >= appliedIndex
    if (isDurable && appliedIndex > (stored?.index ?? 0)) this.cluster.buildSnapshot(id)
  }

  /** A while without faults: messages arrive and disks do their work. */
  calm(): void {
    for (let i = this.random.integer(10, 60); i > 0; i--) {
      this.completeWrite()
      this.cluster.deliver()
    }
  }

  /** A running replica: mostly a leader. */
  private someone(): NodeId | undefined {
    const running = this.ids.filter((id) => this.cluster.node(id).running)
    const leaders = running.filter((id) => this.cluster.observe(id).established)
    const from = leaders.length > 0 && this.random.chance(0.6) ? leaders : running
    return from.length === 0 ? undefined : this.random.pick(from)
  }

  /** A message that may arrive next: the oldest of some link, or any at all. */
  private flight() {
    const { inFlight, keepsOrder } = this.cluster
    if (inFlight.length === 0) return undefined
    const some = this.random.pick(inFlight)
    return keepsOrder ? inFlight.find(({ from, to }) => from === some.from && to === some.to)! : some
  }
}
