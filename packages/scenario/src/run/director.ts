import { type Message, type NodeId, type Observation, QuorateError, isReplicationQuorum } from '@quorate/core'
import { type InFlight, type Move, underWay } from '@quorate/sim'
import type { HoldPattern } from '../language/statement.ts'
import { Play, type PlaySetup } from './play.ts'

/** More messages than any settling cluster exchanges. */
const settleLimit = 20_000
/** How long an election may take, in virtual milliseconds. */
const electionLimit = 20_000

/** A `Play` in which messages, timers and time can also be left to themselves. */
export class Director {
  readonly play: Play
  /** What stays under way until it is released. */
  readonly holds: HoldPattern[] = []
  /** Nodes whose messages and timers wait. */
  readonly frozen: Set<NodeId> = new Set()
  /** When each running timer was set, and from which range. */
  private readonly drawn = new Map<
    string,
    { readonly at: number; readonly min: number; readonly max: number }
  >()
  private favoured: NodeId | undefined

  constructor(setup: Omit<PlaySetup, 'drawDelay'>) {
    this.play = new Play({ ...setup, drawDelay: (...timer) => this.drawTimer(...timer) })
  }

  private drawTimer(node: NodeId, min: number, max: number, timer: string): number {
    this.drawn.set(`${node} ${timer}`, { at: this.play?.cluster.time ?? 0, min, max })
    return this.draw(node, min, max)
  }

  /** A chosen node's timers run out early in their ranges and all others' at the end; or each a little after the other. */
  private draw(node: NodeId, min: number, max: number): number {
    if (min === max) return min
    if (this.favoured === undefined) return Math.min(max, (min + max) / 2 + node)
    return this.favoured === node ? min + Math.floor((max - min) / 8) : max
  }

  private get cluster(): Play['cluster'] {
    return this.play.cluster
  }

  observe(node: NodeId): Observation | undefined {
    return this.play.isRunning(node) ? this.cluster.observe(node) : undefined
  }

  /** The established leader of the newest epoch, in the eyes of whom it is. */
  get leader(): Observation | undefined {
    let newest: Observation | undefined
    for (const node of this.play.nodes) {
      const observation = this.observe(node)
      if (observation?.established === true && observation.epoch >= (newest?.epoch ?? 0)) newest = observation
    }
    return newest
  }

  /** An established leader whom a quorum follows that can decide, and who can do something. */
  get followedLeader(): NodeId | undefined {
    const { leader } = this
    if (leader === undefined || this.frozen.has(leader.node)) return undefined
    const follows = (node: NodeId): boolean => {
      const other = this.observe(node)
      return other !== undefined && other.epoch === leader.epoch && other.leader === leader.node
    }
    return isReplicationQuorum(leader.membership.quorums, follows) ? leader.node : undefined
  }

  /** The first message that may arrive by itself. */
  private nextDelivery(): Move | undefined {
    const { inFlight } = this.cluster
    const flight = inFlight.find((candidate) => this.mayArrive(candidate))
    if (flight === undefined) return undefined
    const { from, to } = flight
    return { type: 'deliver', from, to, position: underWay(this.cluster, from, to).indexOf(flight) }
  }

  private mayArrive(flight: InFlight<Message>): boolean {
    const { from, to } = flight
    if (this.cluster.isBlocked(from, to) || this.frozen.has(to) || this.isHeld(flight)) return false
    return !this.cluster.keepsOrder || underWay(this.cluster, from, to)[0] === flight
  }

  private isHeld({ from, to, message }: InFlight<Message>): boolean {
    return this.holds.some(
      (hold) =>
        hold.from.includes(from) &&
        hold.to.includes(to) &&
        (hold.messageType ?? message.type) === message.type,
    )
  }

  /** One message arrives, the oldest that is not held; false if there is none. */
  deliverNext(): boolean {
    const move = this.nextDelivery()
    return move !== undefined && this.play.make(move)
  }

  /** Everything that is not held arrives, and what follows from it. True once `until` holds; it then goes no further. */
  settle(until: () => boolean = () => false): boolean {
    for (let i = 0; i < settleLimit; i++) {
      if (until()) return true
      if (!this.deliverNext()) return false
    }
    throw new QuorateError('TIMEOUT', `the messages do not end: ${settleLimit} have arrived`)
  }

  /** Time passes, timers run out, messages arrive at once. True once `until` holds. */
  run(milliseconds: number, until: () => boolean = () => false): boolean {
    const end = this.cluster.time + milliseconds
    if (this.settle(until)) return true
    for (;;) {
      const next = this.nextTimer()
      if (next === undefined || next.at > end) {
        this.waitUntil(end)
        return until()
      }
      this.waitUntil(next.at)
      this.play.make({ type: 'timeout', node: next.node, timer: next.timer })
      if (this.settle(until)) return true
    }
  }

  private waitUntil(time: number): void {
    if (time > this.cluster.time) this.play.make({ type: 'wait', milliseconds: time - this.cluster.time })
  }

  /** Runs until a quorum follows an established leader, `node` if one is wished for. */
  elect(node: NodeId | undefined): boolean {
    const isElected = (): boolean =>
      node === undefined ? this.followedLeader !== undefined : this.followedLeader === node
    if (node !== undefined) this.favour(node)
    const isDone = this.run(electionLimit, isElected)
    this.favoured = undefined
    if (isDone) this.settle()
    return isDone && isElected()
  }

  /**
   * From now on, and also for the timers that run already: those of `node` as if it had drawn a short delay when it set
   * them, those of others as if they had just been set. Clocks are not bound to each other.
   */
  private favour(node: NodeId): void {
    this.favoured = node
    const now = this.cluster.time
    for (const id of this.play.nodes) {
      const { timers, clock } = this.cluster.node(id)
      for (const timer of timers.keys()) {
        const range = this.drawn.get(`${id} ${timer}`)
        if (range === undefined || range.min === range.max) continue
        const from = id === node ? range.at : now
        const span = clock.spanOf(this.draw(id, range.min, range.max))
        timers.set(timer, Math.max(now, from + span))
      }
    }
  }

  /** The timer that runs out next, of `of` or of anyone. */
  nextTimer(of?: NodeId): { readonly node: NodeId; readonly timer: string; readonly at: number } | undefined {
    let next: { node: NodeId; timer: string; at: number } | undefined
    for (const { id, timers } of this.cluster.nodes.values()) {
      if (of === undefined ? this.frozen.has(id) : of !== id) continue
      for (const [timer, at] of timers) if (next === undefined || at < next.at) next = { node: id, timer, at }
    }
    return next
  }
}
