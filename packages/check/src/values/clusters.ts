import type { Refutation } from './argument.ts'
import { refute } from './argument.ts'
import type { RegisterEvent, RegisterHistory } from './register-history.ts'
import { none } from './register-history.ts'

/** In a contradiction of many operations only so many are named. */
const mostNamed = 8

/**
 * The write of a value that was written only once, and all that saw the value: in every order these follow
 * one another, the write first, and nothing that saw or left another value comes between. Where the value
 * was written more than once, each write and each read is a cluster of its own.
 */
export class Cluster<Input, Output> {
  /** In order of addition: the write first. */
  readonly events: RegisterEvent<Input, Output>[]
  /** The one that returned first. */
  earliest: RegisterEvent<Input, Output>
  /** The one that was called last. */
  latest: RegisterEvent<Input, Output>
  /** The cluster of the cas that replaced the value: it comes right after this one. */
  next: Cluster<Input, Output> | undefined
  hasPrevious = false

  constructor(first: RegisterEvent<Input, Output>) {
    this.events = [first]
    this.earliest = first
    this.latest = first
  }

  get first(): RegisterEvent<Input, Output> {
    return this.events[0]!
  }

  add(event: RegisterEvent<Input, Output>): void {
    this.events.push(event)
    if (event.return < this.earliest.return) this.earliest = event
    if (event.call > this.latest.call) this.latest = event
  }
}

/** All certain events in clusters, those that a cas joins linked; or why they cannot be. */
export class Clusters<Input, Output> {
  readonly all: Cluster<Input, Output>[] = []
  readonly refutation: Refutation<Input, Output> | undefined
  private readonly history: RegisterHistory<Input, Output>
  /** By value, of values that were written once. */
  private readonly ofValue = new Map<number, Cluster<Input, Output>>()

  /** @param history one in which every value seen was written */
  constructor(history: RegisterHistory<Input, Output>) {
    this.history = history
    const swaps: Cluster<Input, Output>[] = []
    for (const event of history.certain) {
      if (event.left === none) continue
      const cluster = this.open(event)
      if (history.isUnique(event.left)) this.ofValue.set(event.left, cluster)
      if (event.saw !== none) swaps.push(cluster)
    }
    for (const event of history.certain) if (event.left === none) this.addReader(event)
    for (const swap of swaps) this.refutation ??= this.link(swap)
    this.refutation ??= this.refuteRefused() ?? this.refuteCircle()
  }

  private open(event: RegisterEvent<Input, Output>): Cluster<Input, Output> {
    const cluster = new Cluster(event)
    this.all.push(cluster)
    return cluster
  }

  private addReader(event: RegisterEvent<Input, Output>): void {
    if (event.saw === none) return
    const cluster = this.ofValue.get(event.saw)
    if (cluster === undefined) this.open(event)
    else cluster.add(event)
  }

  /** Links the cluster of a cas to that of the value which it replaced. */
  private link(swap: Cluster<Input, Output>): Refutation<Input, Output> | undefined {
    const previous = this.ofValue.get(swap.first.saw)
    if (previous === undefined) return undefined
    if (previous.next !== undefined) {
      const replaced = 'both replaced a value that was written only once, by'
      return refute(previous.next.first, 'and', swap.first, replaced, previous.first)
    }
    previous.next = swap
    swap.hasPrevious = true
    return undefined
  }

  /** A cas cannot be refused while its value is there. */
  private refuteRefused(): Refutation<Input, Output> | undefined {
    for (const event of this.history.certain) {
      const cluster = this.ofValue.get(event.missed)
      if (cluster === undefined) continue
      const { earliest, next } = cluster
      const latest = next !== undefined && next.first.call > cluster.latest.call ? next.first : cluster.latest
      if (!(earliest.return < event.call && event.return < latest.call)) continue
      return refute(event, 'missed the value that was there from', earliest, 'until', latest)
    }
    return undefined
  }

  /** Values that replaced one another in a circle: none of them can have been first. */
  private refuteCircle(): Refutation<Input, Output> | undefined {
    const inChains = new Set<Cluster<Input, Output>>()
    for (const head of this.all) {
      if (head.hasPrevious) continue
      for (let at: typeof head | undefined = head; at !== undefined; at = at.next) inChains.add(at)
    }
    const first = this.all.find((cluster) => !inChains.has(cluster))
    if (first === undefined) return undefined
    const circle = [first.first]
    for (let at = first.next!; at !== first; at = at.next!) circle.push(at.first)
    return refute(...circle.slice(0, mostNamed), 'replaced what one another wrote: none can have been first')
  }
}
