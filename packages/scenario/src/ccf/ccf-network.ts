import { type Message, type NodeId, finish, mix, mixInteger } from '@quorate/core'
import { type InFlight, type Move, underWay } from '@quorate/sim'
import type { Play } from '../run/play.ts'

/** How often `dispatch_all` goes round. */
const rounds = 5

/**
 * The network of CCF's test driver: every node has one queue of messages to all others, and a message is lost if its link
 * is down when it leaves the queue, not before.
 */
export class CcfNetwork {
  private readonly play: Play
  private readonly connections = new Set<string>()
  /** What a shuffle has drawn for messages; others keep their order, behind. */
  private readonly ranks = new Map<InFlight<Message>, number>()
  private shuffles = 0

  constructor(play: Play) {
    this.play = play
  }

  connect(a: NodeId, b: NodeId): void {
    this.connections.add(`${a} ${b}`).add(`${b} ${a}`)
  }

  disconnect(a: NodeId, b: NodeId): void {
    this.connections.delete(`${a} ${b}`)
    this.connections.delete(`${b} ${a}`)
  }

  /** A node's queue, the next to leave first. */
  private queueOf(node: NodeId): readonly InFlight<Message>[] {
    const own = this.play.cluster.inFlight.filter(({ from }) => from === node)
    const rank = (flight: InFlight<Message>): number => this.ranks.get(flight) ?? Infinity
    return own.toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(a) - rank(b)))
  }

  /** True if it has arrived. */
  private dispatch(flight: InFlight<Message>): boolean {
    const { from, to } = flight
    const isUp = this.connections.has(`${from} ${to}`)
    this.make(isUp ? 'deliver' : 'drop', flight)
    return isUp
  }

  private make(type: 'deliver' | 'drop', flight: InFlight<Message>): void {
    const { from, to } = flight
    const move: Move = { type, from, to, position: underWay(this.play.cluster, from, to).indexOf(flight) }
    this.play.make(move)
  }

  /** Empties a node's queue, at most until `most` messages have arrived. */
  dispatchOne(node: NodeId, most: number = Infinity): void {
    for (let count = 0; count < most;) {
      const next = this.queueOf(node)[0]
      if (next === undefined) return
      if (this.dispatch(next)) count += 1
    }
  }

  dispatchAllOnce(): void {
    const counts = this.play.nodes.map((node) => [node, this.queueOf(node).length] as const)
    for (const [node, count] of counts) this.dispatchOne(node, count)
  }

  dispatchAll(): void {
    for (let i = 0; i < rounds && this.play.cluster.inFlight.length > 0; i++) this.dispatchAllOnce()
  }

  dispatchSingle(from: NodeId, to: NodeId): void {
    const next = this.queueOf(from).find((flight) => flight.to === to)
    if (next !== undefined) this.dispatch(next)
  }

  dropPending(from: NodeId, to?: NodeId): void {
    for (const flight of this.queueOf(from))
      if (to === undefined || to === flight.to) this.make('drop', flight)
  }

  /** CCF draws a fresh order in each run; here it is another one, but always the same. */
  shuffle(node: NodeId): void {
    this.shuffles += 1
    for (const [i, flight] of this.queueOf(node).entries()) {
      this.ranks.set(flight, finish(mixInteger(mix(this.shuffles, node), i)))
    }
  }
}
