import type { Message, NodeId } from '@quorate/core'
import { type InFlight, underWay } from '@quorate/sim'
import type { Play } from '../run/play.ts'

/** Everything that one node sends another at one time: what is one message in CCF. */
export interface Packet {
  readonly from: NodeId
  readonly to: NodeId
  readonly flights: InFlight<Message>[]
}

/** What is under way arrives or is lost. */
export function endFlight(play: Play, type: 'deliver' | 'drop', flight: InFlight<Message>): void {
  const { from, to } = flight
  play.make({ type, from, to, position: underWay(play.cluster, from, to).indexOf(flight) })
}

/** Entries that were sent before CCF's leader would have sent them. */
interface EarlyAppend {
  readonly flight: InFlight<Message>
  /** The term of the leader that sent them. */
  readonly epoch: number
}

/**
 * What is under way, as CCF would send it. A leader of CCF sends when it is elected and then once a period, and all that
 * a follower lacks goes in one message, which is a heartbeat too. An engine here sends entries at once, and heartbeats by
 * themselves. So all that a node sends another at one time makes one packet, and entries wait for their leader's next
 * period; if it does not lead any more by then, they are lost.
 */
export class CcfPackets {
  /** In the order in which they were sent. */
  private packets: Packet[] = []
  /** Do entries wait? Not while the cluster grows. */
  areEntriesHeld = false
  private early: EarlyAppend[] = []
  private readonly gathered = new WeakSet<InFlight<Message>>()
  /** The last term in which each node has sent entries: the first ones of a term tell of its election. */
  private readonly led = new Map<NodeId, number>()
  private readonly play: Play

  constructor(play: Play) {
    this.play = play
  }

  /** A node's queue, the next to leave first. */
  queueOf(node: NodeId): readonly Packet[] {
    return this.packets.filter(({ from }) => from === node)
  }

  get isEmpty(): boolean {
    return this.packets.length === 0
  }

  /** Takes a packet out of its queue. Gives what it holds. */
  take(packet: Packet): readonly InFlight<Message>[] {
    this.packets = this.packets.filter((other) => other !== packet)
    return packet.flights
  }

  /** The node's packets leave in the order of `rank`, and what is sent from now on behind them. */
  reorder(node: NodeId, rank: (position: number) => number): void {
    const own = this.queueOf(node).map((packet, position) => ({ packet, rank: rank(position) }))
    const others = this.packets.filter(({ from }) => from !== node)
    this.packets = [...others, ...own.toSorted((a, b) => a.rank - b.rank).map(({ packet }) => packet)]
  }

  /** Packs what has been sent since the last time. `periodOf`: whose period has just passed, so that its entries leave. */
  gather(periodOf?: NodeId): void {
    const fresh = this.play.cluster.inFlight.filter((flight) => !this.gathered.has(flight))
    const ready = periodOf === undefined ? [] : this.takeEarly(periodOf)
    const elected = new Map<NodeId, number>()
    for (const flight of fresh) {
      this.gathered.add(flight)
      const { from, message } = flight
      const { epoch } = this.play.cluster.observe(from)
      const isFirst = this.led.get(from) !== epoch
      const isAppend = message.type === 'AppendEntries'
      if (isAppend && isFirst) elected.set(from, epoch)
      if (this.areEntriesHeld && isAppend && !isFirst && from !== periodOf) this.early.push({ flight, epoch })
      else ready.push(flight)
    }
    for (const [node, epoch] of elected) this.led.set(node, epoch)
    this.pack(ready)
  }

  /** What has waited for a node's period; what it sent in an office that it has lost is lost. */
  private takeEarly(node: NodeId): InFlight<Message>[] {
    const own = this.early.filter(({ flight }) => flight.from === node)
    this.early = this.early.filter(({ flight }) => flight.from !== node)
    const now = this.play.isRunning(node) ? this.play.cluster.observe(node) : undefined
    const isGood = ({ epoch }: EarlyAppend): boolean => now?.role === 'leader' && now.epoch === epoch
    for (const early of own) if (!isGood(early)) endFlight(this.play, 'drop', early.flight)
    return own.filter(isGood).map(({ flight }) => flight)
  }

  private pack(flights: readonly InFlight<Message>[]): void {
    const packets: Packet[] = []
    for (const flight of flights) {
      const { from, to } = flight
      const packet = packets.find((other) => other.from === from && other.to === to)
      if (packet === undefined) packets.push({ from, to, flights: [flight] })
      else packet.flights.push(flight)
    }
    this.packets.push(...packets)
  }
}
