import type { LinkNeeds, NodeId, Transport, TransportEvents } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type { Scheduler } from '../time/scheduler.ts'
import type { EventOwner } from '../time/sim-event.ts'
import { Link, type LinkHost } from './link.ts'
import { type NetworkConditions, calmNetwork } from './network-conditions.ts'

/** Who watches a network. */
export type NetworkWatcher = Pick<LinkHost, 'delivered' | 'disturbed' | 'session'>

/** What a {@link SimNetwork} is made of. */
export interface SimNetworkOptions {
  readonly scheduler: Scheduler
  readonly random: Random
  readonly nodes: readonly NodeId[]
  /** `fifo`: sessions lose only by breaking. `any`: their frames are also lost, repeated and reordered. */
  readonly mode: LinkNeeds
  /** @default {@link calmNetwork} */
  readonly conditions?: NetworkConditions
  readonly watcher?: NetworkWatcher
}

const unwatched: NetworkWatcher = { delivered: () => {}, disturbed: () => {}, session: () => {} }

/** A network between all nodes: a link for each two. */
export class SimNetwork {
  private readonly links = new Map<NodeId, Map<NodeId, Link>>()
  private readonly host: LinkHost & { conditions: NetworkConditions }

  constructor({ scheduler, random, nodes, mode, conditions, watcher = unwatched }: SimNetworkOptions) {
    this.host = {
      scheduler,
      mode,
      conditions: conditions ?? calmNetwork,
      delivered: (from, to, bytes) => watcher.delivered(from, to, bytes),
      disturbed: (kind, from, to) => watcher.disturbed(kind, from, to),
      session: (change, node, peer) => watcher.session(change, node, peer),
    }
    for (const node of nodes) this.links.set(node, new Map())
    for (const a of nodes) for (const b of nodes) if (a < b) this.addLink(a, b, random.split(`${a}-${b}`))
  }

  /** The transport of one life of a node's process. */
  transport(owner: EventOwner): Transport {
    return new SimTransport(this, owner)
  }

  /** A process takes part from now on. */
  attach(owner: EventOwner, events: TransportEvents): void {
    for (const link of this.linksOf(owner.node)) link.attach(owner.node, owner, events)
  }

  /** The node's process is gone; others are told. */
  detach(node: NodeId): void {
    for (const link of this.linksOf(node)) link.detach(node)
  }

  /** The link between two nodes. */
  link(a: NodeId, b: NodeId): Link {
    return this.links.get(a)!.get(b)!
  }

  /** Nothing from `from` reaches `to` until it is healed. `silent`: nobody is told. Cuts add up. */
  cut(from: NodeId, to: NodeId, silent: boolean): void {
    this.link(from, to).cut(from, silent)
  }

  heal(from: NodeId, to: NodeId): void {
    this.link(from, to).heal(from)
  }

  /** Delays what is sent from `from` to `to`, for `duration` milliseconds. */
  clog(from: NodeId, to: NodeId, duration: number): void {
    this.link(from, to).clog(from, this.host.scheduler.now + Math.ceil(duration * 1000))
  }

  /** What is sent from `from` to `to` from now on takes as long as usual again. */
  unclog(from: NodeId, to: NodeId): void {
    this.link(from, to).unclog(from)
  }

  /** Does nothing that `from` sends reach `to`? */
  isCut(from: NodeId, to: NodeId): boolean {
    return this.link(from, to).isCut(from)
  }

  /** No loss, repetition or reordering from now on. Cuts stay. */
  calm(): void {
    this.host.conditions = { ...this.host.conditions, loss: 0, duplicate: 0, reorder: 0 }
  }

  private linksOf(node: NodeId): Iterable<Link> {
    return this.links.get(node)!.values()
  }

  private addLink(a: NodeId, b: NodeId, random: Random): void {
    const link = new Link(a, b, this.host, random)
    this.links.get(a)!.set(b, link)
    this.links.get(b)!.set(a, link)
  }
}

/** The transport of one life of a process. */
class SimTransport implements Transport {
  private readonly network: SimNetwork
  private readonly owner: EventOwner

  constructor(network: SimNetwork, owner: EventOwner) {
    this.network = network
    this.owner = owner
  }

  start(events: TransportEvents): void {
    this.network.attach(this.owner, events)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    return this.network.link(this.owner.node, peer).send(this.owner.node, bytes)
  }

  reset(peer: NodeId): void {
    this.network.link(this.owner.node, peer).reset(this.owner.node)
  }

  async close(): Promise<void> {
    this.network.detach(this.owner.node)
  }
}
