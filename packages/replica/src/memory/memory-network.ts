import type { NodeId, Transport, TransportEvents } from '@quorate/core'

/** Links between replicas in one process: in order, without loss. */
export class MemoryNetwork {
  private readonly ends = new Map<NodeId, MemoryTransport>()
  private readonly defer: (run: () => void) => void

  /** `defer` calls its argument soon, but not at once: an environment's `endOfTurn`. */
  constructor(defer: (run: () => void) => void) {
    this.defer = defer
  }

  /** The transport of `node`. It is connected to every other one that has started. */
  transport(node: NodeId): Transport {
    return new MemoryTransport(node, this)
  }

  /** Called by transports. */
  join(end: MemoryTransport): void {
    const others = [...this.ends.values()]
    this.ends.set(end.node, end)
    for (const other of others) this.connect(end, other)
  }

  leave(end: MemoryTransport): void {
    if (this.ends.get(end.node) !== end) return
    this.ends.delete(end.node)
    for (const other of this.ends.values()) this.defer(() => other.events?.peerDown(end.node))
  }

  deliver(from: MemoryTransport, to: NodeId, bytes: Uint8Array): void {
    const target = this.ends.get(to)
    if (target === undefined) return
    this.defer(() => {
      if (this.ends.get(to) === target && this.ends.get(from.node) === from) target.events?.frame(from.node, bytes)
    })
  }

  /** Ends the session between two and begins another. */
  renew(a: MemoryTransport, peer: NodeId): void {
    const b = this.ends.get(peer)
    if (b === undefined) return
    this.defer(() => {
      a.events?.peerDown(peer)
      b.events?.peerDown(a.node)
      this.connect(a, b)
    })
  }

  private connect(a: MemoryTransport, b: MemoryTransport): void {
    this.defer(() => {
      a.events?.peerUp(b.node)
      b.events?.peerUp(a.node)
    })
  }
}

class MemoryTransport implements Transport {
  readonly node: NodeId
  events: TransportEvents | undefined
  private readonly network: MemoryNetwork

  constructor(node: NodeId, network: MemoryNetwork) {
    this.node = node
    this.network = network
  }

  start(events: TransportEvents): void {
    this.events = events
    this.network.join(this)
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    this.network.deliver(this, peer, bytes)
    return true
  }

  reset(peer: NodeId): void {
    this.network.renew(this, peer)
  }

  async close(): Promise<void> {
    this.events = undefined
    this.network.leave(this)
  }
}
