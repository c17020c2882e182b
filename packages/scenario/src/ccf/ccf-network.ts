import { type NodeId, finish, mix, mixInteger } from '@quorate/core'
import type { Play } from '../run/play.ts'
import { CcfPackets, type Packet, endFlight } from './ccf-packets.ts'

/** How often `dispatch_all` goes round. */
const rounds = 5

/**
 * The network of CCF's test driver: every node has one queue of messages to all others, and a message is lost if its link
 * is down when it leaves the queue, not before.
 */
export class CcfNetwork {
  private readonly play: Play
  private readonly packets: CcfPackets
  private connections = new Set<string>()
  private shuffles = 0

  constructor(play: Play) {
    this.play = play
    this.packets = new CcfPackets(play)
  }

  connect(a: NodeId, b: NodeId): void {
    this.connections.add(`${a} ${b}`).add(`${b} ${a}`)
  }

  disconnect(a: NodeId, b: NodeId): void {
    this.connections.delete(`${a} ${b}`)
    this.connections.delete(`${b} ${a}`)
  }

  /** Does something after which the same links are up as before. */
  keepingLinks(act: () => void): void {
    const before = new Set(this.connections)
    act()
    this.connections = before
  }

  /** From now on entries leave when their leader's period has passed, and not before. */
  holdEntries(): void {
    this.packets.areEntriesHeld = true
  }

  /** Puts what was sent in the queues. `periodOf`: whose period has just passed. */
  gather(periodOf?: NodeId): void {
    this.packets.gather(periodOf)
  }

  get isQuiet(): boolean {
    return this.packets.isEmpty
  }

  /** Takes a packet out of its queue. True if it has arrived. */
  private dispatch(packet: Packet): boolean {
    const isUp = this.connections.has(`${packet.from} ${packet.to}`)
    this.end(packet, isUp ? 'deliver' : 'drop')
    return isUp
  }

  private end(packet: Packet, type: 'deliver' | 'drop'): void {
    for (const flight of this.packets.take(packet)) endFlight(this.play, type, flight)
    this.packets.gather()
  }

  /** Empties a node's queue, at most until `most` messages have arrived. */
  dispatchOne(node: NodeId, most: number = Infinity): void {
    for (let count = 0; count < most;) {
      const next = this.packets.queueOf(node)[0]
      if (next === undefined) return
      if (this.dispatch(next)) count += 1
    }
  }

  dispatchAllOnce(): void {
    const counts = this.play.nodes.map((node) => [node, this.packets.queueOf(node).length] as const)
    for (const [node, count] of counts) this.dispatchOne(node, count)
  }

  dispatchAll(): void {
    for (let i = 0; i < rounds && !this.isQuiet; i++) this.dispatchAllOnce()
  }

  dispatchSingle(from: NodeId, to: NodeId): void {
    const next = this.packets.queueOf(from).find((packet) => packet.to === to)
    if (next !== undefined) this.dispatch(next)
  }

  dropPending(from: NodeId, to?: NodeId): void {
    for (const packet of this.packets.queueOf(from))
      if (to === undefined || to === packet.to) this.end(packet, 'drop')
  }

  /** CCF draws a fresh order in each run; here it is another one, but always the same. */
  shuffle(node: NodeId): void {
    const seed = mix(++this.shuffles, node)
    this.packets.reorder(node, (position) => finish(mixInteger(seed, position)))
  }
}
