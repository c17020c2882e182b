import type { Cluster, Flight } from './cluster.ts'

/** Messages take time: a cluster whose timers and messages happen in the order of virtual time. */
export class SlowNetwork {
  private readonly cluster: Cluster
  private readonly delayOf: (flight: Flight) => number | undefined
  private readonly underWay: { readonly at: number; readonly flight: Flight }[] = []

  /** `delayOf` draws how long a message is under way; undefined loses it. */
  constructor(cluster: Cluster, delayOf: (flight: Flight) => number | undefined) {
    this.cluster = cluster
    this.delayOf = delayOf
    cluster.filter = (flight) => {
      const delay = this.delayOf(flight)
      if (delay !== undefined) this.underWay.push({ at: cluster.time + delay, flight })
      return false
    }
  }

  /** Lets time pass; ends early once `until` holds, and gives whether it does. */
  run(milliseconds: number, until: () => boolean = () => false): boolean {
    const { cluster } = this
    const end = cluster.time + milliseconds
    while (!until()) {
      const message = this.nextMessage()
      const timer = this.nextTimer()
      const at = Math.min(message?.at ?? Infinity, timer?.at ?? Infinity)
      if (at > end) {
        cluster.time = end
        return until()
      }
      cluster.time = Math.max(cluster.time, at)
      if (message !== undefined && message.at === at) this.arrive(message)
      else cluster.fire(timer!.node, timer!.name)
    }
    return true
  }

  private arrive(message: { readonly at: number; readonly flight: Flight }): void {
    this.underWay.splice(this.underWay.indexOf(message), 1)
    const { flight } = message
    if (!this.cluster.node(flight.to).running || this.cluster.isCut(flight.from, flight.to)) return
    this.cluster.inFlight.push(flight)
    this.cluster.deliver((other) => other === flight)
  }

  private nextMessage(): { readonly at: number; readonly flight: Flight } | undefined {
    let next: { readonly at: number; readonly flight: Flight } | undefined
    for (const message of this.underWay) if (next === undefined || message.at < next.at) next = message
    return next
  }

  private nextTimer(): { readonly node: number; readonly name: string; readonly at: number } | undefined {
    let next: { readonly node: number; readonly name: string; readonly at: number } | undefined
    for (const { id, timers } of this.cluster.nodes.values()) {
      for (const [name, at] of timers) if (next === undefined || at < next.at) next = { node: id, name, at }
    }
    return next
  }
}
