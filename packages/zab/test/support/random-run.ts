import { type NodeId, majorityOf, membersOf } from '@quorate/core'
import type { Ensemble } from './ensemble.ts'

/** How a random run treats links: as Zab is promised, or as no link should be. */
export interface RunOptions {
  readonly links: 'fifo' | 'any'
  /** Faults in a hundred choices. */
  readonly faults: number
  /** Do members change? */
  readonly changes?: boolean
}

/**
 * Moves an ensemble by a list of choices, each of which picks one of the things that could happen next. A run is its
 * list: fast-check shrinks it.
 */
export class RandomRun {
  private readonly ensemble: Ensemble
  private readonly options: RunOptions
  private readonly nodes: NodeId[]
  /** Reads under way: by node and sequence, what was committed anywhere when it was asked for. */
  private readonly reads = new Map<string, number>()
  private readonly seenReplies = new Map<NodeId, number>()
  private readonly rejected = new Set<string>()
  private readonly answered = new Set<string>()
  /** Links, by their two ends, whose messages are late: nobody is told. */
  private readonly late = new Set<string>()
  confirmedReads = 0

  constructor(ensemble: Ensemble, options: RunOptions) {
    this.ensemble = ensemble
    this.options = options
    this.nodes = [...ensemble.nodes.keys()]
    for (const node of ensemble.nodes.values()) node.autoPersist = false
    ensemble.invariants.checkActions &&= options.links === 'fifo'
  }

  play(choices: readonly number[]): void {
    for (const choice of choices) {
      this.choose(choice)
      this.checkReplies()
    }
  }

  private choose(choice: number): void {
    const kind = choice % 100
    const rest = Math.floor(choice / 100)
    if (kind < this.options.faults) this.fault(rest)
    else if (kind < 46) this.deliverOne(rest)
    else if (kind < 58) this.completeWrite(rest)
    else if (kind < 61 && this.options.changes === true) this.change(rest)
    else if (kind < 68) this.propose(rest)
    else if (kind < 70) this.transfer(rest)
    else if (kind < 74) this.read(rest)
    else if (kind < 79) this.fire(rest)
    else if (kind < 86) this.recover(rest)
    else if (kind < 92) this.calm(8 + (rest % 60), () => true)
    else if (kind < 95) this.calm(4 + (rest % 30), () => false)
    else this.calm(8 + (rest % 60), (id) => id !== this.pick(this.nodes, rest))
  }

  private fault(rest: number): void {
    const { ensemble } = this
    const node = this.pick(this.nodes, rest)
    const peer = this.pick(this.nodes, Math.floor(rest / 7))
    switch (Math.floor(rest / 49) % 8) {
      case 0:
      case 1:
        return this.crash(node, rest)
      case 2:
        if (node !== peer) ensemble.cut(node, peer)
        return
      case 3:
        if (node !== peer) ensemble.resetLink(node, peer)
        return
      case 4:
        return this.snapshot(node)
      case 5:
      case 6:
        this.late.add(this.link(node, peer))
        return
      default:
        if (this.options.links === 'any') this.disturb(rest)
    }
  }

  /** Mostly while a majority stays up; sometimes not. */
  private crash(node: NodeId, rest: number): void {
    const up = this.nodes.filter((id) => this.ensemble.node(id).running)
    const few = up.length <= this.nodes.length >> 1 || up.length <= (this.nodes.length >> 1) + 1
    if (up.includes(node) && (!few || rest % 3 === 0)) this.ensemble.crash(node)
  }

  /** Loses, repeats or reorders: what links never do to Zab, and what must not make it unsafe. */
  private disturb(rest: number): void {
    const { inFlight } = this.ensemble
    if (inFlight.length === 0) return
    const position = rest % inFlight.length
    if (rest % 3 === 0) inFlight.splice(position, 1)
    else if (rest % 3 === 1) inFlight.push(inFlight[position]!)
    else inFlight.push(...inFlight.splice(position, 1))
  }

  private recover(rest: number): void {
    const { ensemble } = this
    if (rest % 5 === 0) this.late.clear()
    const stopped = this.nodes.filter((id) => !ensemble.node(id).running)
    if (stopped.length > 0 && rest % 3 > 0) return ensemble.start(this.pick(stopped, rest))
    for (const a of this.nodes)
      for (const b of this.nodes) if (a < b && (a + b + rest) % 2 === 0) ensemble.heal(a, b)
  }

  private deliverOne(rest: number): void {
    const inFlight = this.ensemble.inFlight.filter((flight) => !this.isLate(flight.from, flight.to))
    if (inFlight.length === 0) return
    const { from, to } = this.pick(inFlight, rest)
    this.ensemble.deliver((flight) => flight.from === from && flight.to === to)
  }

  private completeWrite(rest: number): void {
    const writing = this.nodes.filter((id) => this.ensemble.node(id).writing.length > 0)
    if (writing.length > 0) this.ensemble.node(this.pick(writing, rest)).completeWrite(this.ensemble.now())
  }

  private propose(rest: number): void {
    const running = this.nodes.filter((id) => this.ensemble.node(id).running)
    const leaders = running.filter((id) => this.ensemble.observe(id).established)
    const at = leaders.length > 0 && rest % 3 > 0 ? leaders : running
    if (at.length > 0) this.ensemble.propose(this.pick(at, rest), `c${rest % 10}`)
  }

  private transfer(rest: number): void {
    const running = this.nodes.filter((id) => this.ensemble.node(id).running)
    const leaders = running.filter((id) => this.ensemble.observe(id).established)
    const at = leaders.length > 0 && rest % 5 > 0 ? leaders : running
    if (at.length > 0)
      this.ensemble.transfer(this.pick(at, rest), this.pick(this.nodes, Math.floor(rest / 3)))
  }

  /** Somebody who leads, or thinks so, is asked for other members: some voters, and some observers. */
  private change(rest: number): void {
    const leaders = this.nodes.filter(
      (id) => this.ensemble.node(id).running && this.ensemble.observe(id).established,
    )
    if (leaders.length === 0) return
    const voters = this.nodes.filter((_, i) => (rest >> i) & 1)
    const observers = this.nodes.filter((id, i) => !voters.includes(id) && (rest >> (i + 6)) & 1)
    if (voters.length > 0) this.ensemble.reconfigure(this.pick(leaders, rest), majorityOf(voters, observers))
  }

  private read(rest: number): void {
    const running = this.nodes.filter((id) => this.ensemble.node(id).running)
    if (running.length === 0) return
    const node = this.pick(running, rest)
    const before = this.ensemble.invariants.committed.length
    this.reads.set(`${node}:${this.ensemble.read(node)}`, before)
  }

  private fire(rest: number): void {
    const timers = [...this.ensemble.nodes.values()].flatMap(({ id, timers: set }) =>
      [...set.keys()].map((timer) => ({ id, timer })),
    )
    if (timers.length === 0) return
    const { id, timer } = this.pick(timers, rest)
    // Now and then a whole silence passes.
    for (let i = timer === 'tick' && rest % 3 === 0 ? 7 : 1; i > 0; i--) {
      if (this.ensemble.node(id).timers.has(timer)) this.ensemble.fire(id, timer)
    }
  }

  private link(a: NodeId, b: NodeId): string {
    return a < b ? `${a}-${b}` : `${b}-${a}`
  }

  private isLate(a: NodeId, b: NodeId): boolean {
    return this.late.has(this.link(a, b))
  }

  private snapshot(node: NodeId): void {
    const { appliedIndex, running, stored } = this.ensemble.node(node)
    // A host keeps a snapshot back until the log it stands on is durable.
    if (!running || appliedIndex === 0 || appliedIndex <= (stored?.index ?? 0)) return
    if (this.ensemble.observe(node).durableIndex >= appliedIndex) this.ensemble.buildSnapshot(node)
  }

  /** A stretch without faults: messages arrive, and the disks that `works` names do their work. */
  private calm(steps: number, works: (id: NodeId) => boolean): void {
    for (let i = 0; i < steps; i++) {
      for (const node of this.ensemble.nodes.values()) {
        if (node.writing.length > 0 && works(node.id)) node.completeWrite(this.ensemble.now())
      }
      if (!this.ensemble.deliver(({ from, to }) => !this.isLate(from, to))) return
      this.checkReplies()
    }
  }

  /** Ends all faults and lets time pass: everyone must come together, and every request have its answer. */
  recoverAll(milliseconds: number): void {
    const { ensemble } = this
    this.late.clear()
    for (const a of this.nodes) for (const b of this.nodes) if (a < b) ensemble.heal(a, b)
    for (const node of ensemble.nodes.values()) {
      if (!node.running) ensemble.start(node.id)
      node.autoPersist = true
      node.drain(ensemble.now())
    }
    const atRest = (): boolean => {
      const leader = this.leader()
      if (leader === undefined) return false
      const { epoch, membership } = ensemble.observe(leader)
      if (ensemble.state(leader).leadership!.change !== undefined) return false
      const seen = membersOf(membership).map((id) => ensemble.observe(id))
      return (
        membership.quorums.type !== 'joint' &&
        seen.every((one) => one.phase === 'BROADCAST' && one.epoch === epoch)
      )
    }
    ensemble.run(700) // whoever has been left out notices
    ensemble.run(milliseconds, atRest)
    ensemble.settle()
    this.checkReplies()
  }

  /** The established leader of the latest epoch. */
  leader(): NodeId | undefined {
    const { ensemble } = this
    const leaders = this.nodes.filter((id) => ensemble.node(id).running && ensemble.observe(id).established)
    return leaders.sort((a, b) => ensemble.observe(b).epoch - ensemble.observe(a).epoch)[0]
  }

  private checkReplies(): void {
    for (const { id, replies } of this.ensemble.nodes.values()) {
      for (const reply of replies.slice(this.seenReplies.get(id) ?? 0)) {
        const name = `${id}:${reply.sequence}`
        if (reply.type === 'readReady') this.checkRead(name, reply.index)
        if (reply.type === 'rejected' && reply.outcome === 'definitely-not')
          this.rejected.add(`${id}.${reply.sequence}`)
        if (reply.type === 'abandoned') continue
        if (this.options.links === 'fifo' && this.answered.has(name))
          throw new Error(`request ${name} is answered twice`)
        this.answered.add(name)
      }
      this.seenReplies.set(id, replies.length)
    }
    for (const id of this.ensemble.invariants.committed.slice(-8)) {
      if (this.rejected.has(id.split(':')[2]!)) throw new Error(`rejected for good, and committed: ${id}`)
    }
  }

  private checkRead(name: string, index: number): void {
    const before = this.reads.get(name)!
    if (index < before)
      throw new Error(`read ${name} at ${index} misses what was committed before it: ${before}`)
    this.confirmedReads += 1
  }

  private pick<T>(from: readonly T[], choice: number): T {
    return from[choice % from.length]!
  }
}
