import type { AnyEngineDefinition, Message, NodeId } from '@quorate/core'
import type { ClusterEvent } from '../engine-cluster/cluster-event.ts'
import { EngineCluster } from '../engine-cluster/engine-cluster.ts'
import type { InFlight } from '../engine-cluster/in-flight.ts'
import type { Random } from '../random/random.ts'
import { EventQueue, type Timed } from '../time/event-queue.ts'

/** One way, milliseconds: each direction of a link has a delay of its own, drawn between these two. */
export const linkDelay = { min: 1, max: 10 } as const

/** By what share of its link's delay a message may come later. */
const jitter = 0.5

interface Arrival extends Timed {
  readonly flight: InFlight<Message>
}

/**
 * Engines alone, in virtual time: every message takes as long as its link, which keeps order; timers run out when their
 * engine's clock says so; writes take no time. Delays of links and timers are drawn from `random`, so equal streams give
 * equal runs.
 */
export class TimedCluster {
  readonly engines: EngineCluster<Message>
  /** Is told everything that happens, while it happens: it must not move anything. */
  onEvent: (event: ClusterEvent<Message>) => void = () => {}
  private readonly random: Random
  private readonly arrivals = new EventQueue<Arrival>()
  private readonly delays = new Map<string, number>()
  private readonly latest = new Map<string, number>()
  private sequence = 0

  constructor(definition: AnyEngineDefinition, size: number, random: Random) {
    this.random = random.split('links')
    const timers = random.split('timers')
    const early: InFlight<Message>[] = []
    // While the engines are made, there is no cluster yet to ask for the time: it is 0.
    let sent = (flight: InFlight<Message>): void => void early.push(flight)
    this.engines = new EngineCluster<Message>(definition, size, {
      drawDelay: (_node, min, max) => timers.between(min, max),
      onEvent: (event) => {
        if (event.type === 'sent') sent(event.flight)
        this.onEvent(event)
      },
    })
    sent = (flight) => this.schedule(flight)
    for (const flight of early) this.schedule(flight)
  }

  /** Virtual time, milliseconds. */
  get now(): number {
    return this.engines.time
  }

  /** Lets the next thing happen, if it is due by `end`; if not, moves time to `end` and gives false. */
  step(end: number): boolean {
    const timer = this.nextTimer()
    const arrival = this.arrivals.peek()
    const isArrival = arrival !== undefined && (timer === undefined || arrival.time <= timer.at)
    const at = isArrival ? arrival.time : timer?.at
    if (at === undefined || at > end) {
      this.engines.time = end
      return false
    }
    this.engines.time = Math.max(this.now, at)
    if (isArrival) {
      this.arrivals.pop()
      // It may be lost by now, or have stuck in a direction that carries nothing.
      this.engines.deliver((flight) => flight === arrival.flight)
    } else if (timer !== undefined) this.engines.fire(timer.node, timer.name)
    return true
  }

  /** Lets `milliseconds` pass, or less, until `until` holds; gives whether it does. */
  run(milliseconds: number, until: () => boolean = () => false): boolean {
    const end = this.now + milliseconds
    while (!until()) if (!this.step(end)) return until()
    return true
  }

  private schedule(flight: InFlight<Message>): void {
    const path = `${flight.from}>${flight.to}`
    const delay = this.delayOf(path) * (1 + this.random.between(0, jitter))
    const time = Math.max(this.now + delay, this.latest.get(path) ?? 0)
    this.latest.set(path, time)
    this.arrivals.push({ time, sequence: this.sequence++, flight })
  }

  private delayOf(path: string): number {
    const known = this.delays.get(path)
    if (known !== undefined) return known
    const delay = this.random.split(path).between(linkDelay.min, linkDelay.max)
    this.delays.set(path, delay)
    return delay
  }

  private nextTimer(): { readonly node: NodeId; readonly name: string; readonly at: number } | undefined {
    let next: { node: NodeId; name: string; at: number } | undefined
    for (const { id, timers } of this.engines.nodes.values()) {
      for (const [name, at] of timers) if (next === undefined || at < next.at) next = { node: id, name, at }
    }
    return next
  }
}
