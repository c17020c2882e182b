import type { NodeId } from '@quorate/core'
import type { Move } from '@quorate/sim'
import { PairMap } from '../store/pair-map.ts'
import { type ClusterState, firstLocalAt, linkBit } from './cluster-state.ts'
import type { Components, Flight } from './components.ts'
import { remember } from './history.ts'
import type { StepTable } from './step-table.ts'

/**
 * A cluster that one move is made in: what `EngineCluster` of `sim` does, done with numbers. Loaded from a state, changed
 * by a move, and read out as the next state. Messages under way are in the order in which they were sent, or, once a
 * state has been sorted, in an order that keeps that of each link if links keep order.
 */
export class ClusterWork {
  history = 0
  budget = 0
  cut = 0
  readonly locals: number[] = []
  readonly flights: number[] = []
  /** Has anything happened that is to be seen? */
  changed = false
  /** Moves made besides the one asked for: writes that complete at once. */
  readonly extraMoves: Move[] = []
  private readonly components: Components
  private readonly steps: StepTable
  private readonly replicas: number
  private readonly histories = new PairMap()
  private readonly up: number[] = []
  private readonly down: number[] = []
  private readonly persist: number

  constructor(components: Components, steps: StepTable, replicas: number) {
    this.components = components
    this.steps = steps
    this.replicas = replicas
    for (let peer = 0; peer <= replicas; peer++) {
      this.up.push(steps.codeOf({ type: 'peerUp', peer }))
      this.down.push(steps.codeOf({ type: 'peerDown', peer }))
    }
    this.persist = steps.codeOf({ type: 'persist' })
  }

  load(state: ClusterState): void {
    this.history = state[0]!
    this.budget = state[1]!
    this.cut = state[2]!
    this.locals.length = 0
    this.flights.length = 0
    const firstFlight = firstLocalAt + this.replicas
    for (let i = firstLocalAt; i < firstFlight; i++) this.locals.push(state[i]!)
    for (let i = firstFlight; i < state.length; i++) this.flights.push(state[i]!)
    this.changed = false
    this.extraMoves.length = 0
  }

  read(): number[] {
    const state = [this.history, this.budget, this.cut]
    for (let i = 0; i < this.replicas; i++) state.push(this.locals[i]!)
    for (let i = 0; i < this.flights.length; i++) state.push(this.flights[i]!)
    return state
  }

  isRunning(node: NodeId): boolean {
    return this.components.locals[this.locals[node - 1]!]!.running
  }

  flightAt(position: number): Flight {
    return this.components.flights[this.flights[position]!]!
  }

  /** Gives an input to one replica and carries out what comes of it. */
  step(node: NodeId, code: number): void {
    const result = this.steps.step(this.locals[node - 1]!, code)
    if (result.isIdle) return
    this.changed = true
    this.locals[node - 1] = result.local
    if (result.event !== 0) this.note(result.event)
    for (const flight of result.sends) this.post(flight)
    for (const peer of result.resets) this.reset(node, peer)
  }

  arrive(number: number, stays: boolean): void {
    if (!stays) this.flights.splice(this.flights.indexOf(number), 1)
    const { from, to, snapshot } = this.components.flights[number]!
    if (!this.isRunning(to)) return
    this.step(to, this.steps.codeOfFlight(number))
    if (snapshot < 0 || !this.isRunning(from)) return
    this.step(from, this.steps.codeOf({ type: 'snapshotSent', to, meta: snapshot }))
  }

  lose(number: number): void {
    this.changed = true
    this.flights.splice(this.flights.indexOf(number), 1)
    const { from, to, snapshot } = this.components.flights[number]!
    if (snapshot >= 0 && this.isRunning(from))
      this.step(from, this.steps.codeOf({ type: 'snapshotFailed', to }))
  }

  start(node: NodeId, code: number): void {
    this.step(node, code)
    for (let peer = 1; peer <= this.replicas; peer++) {
      if (peer !== node && this.isRunning(peer)) this.linkUp(node, peer)
    }
  }

  crash(node: NodeId, code: number): void {
    this.step(node, code)
    for (let peer = 1; peer <= this.replicas; peer++) if (peer !== node) this.linkDown(node, peer)
  }

  cutLink(a: NodeId, b: NodeId): void {
    this.changed = true
    this.cut |= linkBit(a, b)
    this.linkDown(a, b)
  }

  healLink(a: NodeId, b: NodeId): void {
    this.changed = true
    this.cut &= ~linkBit(a, b)
    this.linkUp(a, b)
  }

  /** Completes every write under way, of every replica in turn, until there is none. */
  completeWrites(): void {
    for (let isDone = false; !isDone;) {
      isDone = true
      for (let node = 1; node <= this.replicas; node++) {
        while (this.writes(node) > 0) {
          this.step(node, this.persist)
          this.extraMoves.push({ type: 'persist', node })
          isDone = false
          if (this.isBroken) return
        }
      }
    }
  }

  completeWrite(node: NodeId): void {
    this.step(node, this.persist)
  }

  /** How many writes of that replica are under way. */
  writes(node: NodeId): number {
    return this.components.locals[this.locals[node - 1]!]!.writing.length
  }

  /** Has an invariant been broken on the way? What follows means nothing. */
  get isBroken(): boolean {
    return this.components.histories.get(this.history).violation !== undefined
  }

  private note(event: number): void {
    let next = this.histories.get(this.history, event)
    if (next === undefined) {
      const { histories, events } = this.components
      next = histories.intern(remember(histories.get(this.history), events.get(event)))
      this.histories.set(this.history, event, next)
    }
    this.history = next
  }

  private post(flight: number): void {
    const { from, to } = this.components.flights[flight]!
    if (to < 1 || to > this.replicas || !this.isRunning(to)) return
    if (from === to || (this.cut & linkBit(from, to)) === 0) this.flights.push(flight)
  }

  private reset(from: NodeId, peer: NodeId): void {
    this.linkDown(from, peer)
    this.linkUp(from, peer)
  }

  private linkUp(a: NodeId, b: NodeId): void {
    if ((this.cut & linkBit(a, b)) !== 0 || !this.isRunning(a) || !this.isRunning(b)) return
    this.step(a, this.up[b]!)
    this.step(b, this.up[a]!)
  }

  private linkDown(a: NodeId, b: NodeId): void {
    const { flights } = this
    let kept = 0
    for (let i = 0; i < flights.length; i++) {
      const { from, to } = this.flightAt(i)
      const isLost = (from === a && to === b) || (from === b && to === a)
      if (!isLost) flights[kept++] = flights[i]!
    }
    if (kept < flights.length) this.changed = true
    flights.length = kept
    if (this.isRunning(a)) this.step(a, this.down[b]!)
    if (this.isRunning(b)) this.step(b, this.down[a]!)
  }
}
