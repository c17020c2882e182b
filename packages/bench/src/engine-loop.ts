import {
  type Engine,
  type EngineDefinition,
  type Envelope,
  type Instant,
  type Message,
  type NodeId,
  type Output,
  type Token,
  assert,
  majorityOf,
} from '@quorate/core'

interface Node {
  readonly id: NodeId
  readonly engine: Engine
  inbox: { from: NodeId; message: Message }[]
  /** Writes that become durable at the node's next turn, and what waits for them. */
  writing: { token: Token; held: Envelope<Message>[] }[]
  readonly timers: Map<string, number>
}

/**
 * Engines of one cluster in one thread, in memory: no clone, no encoding, no disk. Each goes its turn; messages and
 * writes of one turn are there at the next. What is measured is the protocol's own cost.
 */
export class EngineLoop {
  readonly nodes: readonly Node[]
  /** Commands applied at the leader. */
  commits = 0
  private leader: Node
  private now: Instant = { wall: 1, monotonic: 1 }
  private sequence = 0
  private underWay = 0

  constructor(definition: EngineDefinition, size: number) {
    const ids = Array.from({ length: size }, (_, i) => i + 1)
    const image = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const node = (id: NodeId): Node => {
      const engine = definition.create({ self: id, membership: majorityOf(ids), image, snapshot: undefined })
      return { id, engine, inbox: [], writing: [], timers: new Map() }
    }
    this.nodes = ids.map(node)
    this.leader = this.nodes[0]!
    for (const { engine } of this.nodes)
      for (const peer of ids) engine.step({ type: 'peerUp', peer }, this.now)
    this.elect()
  }

  /** Keeps `outstanding` proposals of `data` under way until `count` more have been committed. */
  run(count: number, outstanding: number, data: Uint8Array): void {
    const end = this.commits + count
    const { engine, id } = this.leader
    while (this.commits < end) {
      for (; this.underWay < outstanding; this.underWay++) {
        const request = { replica: id, sequence: ++this.sequence }
        engine.step({ type: 'propose', request, data }, this.now)
      }
      const before = this.commits
      for (const node of this.nodes) this.turn(node)
      this.underWay -= this.commits - before
    }
    this.compact()
  }

  /** Lets virtual time pass until somebody leads. */
  private elect(): void {
    for (let round = 0; round < 10_000; round++) {
      this.now = { wall: this.now.wall + 1, monotonic: this.now.monotonic + 1 }
      for (const node of this.nodes) {
        for (const [timer, at] of node.timers) {
          if (at > this.now.monotonic) continue
          node.timers.delete(timer)
          node.engine.step({ type: 'timeout', timer }, this.now)
        }
        this.turn(node)
      }
      const leader = this.nodes.find(({ engine }) => engine.observe().established)
      if (leader === undefined) continue
      this.leader = leader
      if (this.nodes.every(({ inbox, writing }) => inbox.length + writing.length === 0)) return
    }
    assert(false, 'a leader is elected in 10 s of virtual time')
  }

  private turn(node: Node): void {
    const { engine } = node
    const { inbox, writing } = node
    node.inbox = []
    node.writing = []
    for (const { from, message } of inbox) engine.step({ type: 'receive', from, message }, this.now)
    for (const { token, held } of writing) {
      engine.step({ type: 'persisted', token }, this.now)
      this.deliver(node.id, held)
    }
    this.carryOut(node, engine.take())
  }

  private carryOut(node: Node, output: Output): void {
    this.deliver(node.id, output.send)
    if (output.persist !== undefined) node.writing.push({ token: output.persist.token, held: [] })
    for (const { token, envelopes } of output.sendAfter) {
      const write = node.writing.find((one) => one.token.sequence >= token.sequence)
      if (write === undefined) this.deliver(node.id, envelopes)
      else write.held.push(...envelopes)
    }
    if (node === this.leader) for (const { kind } of output.apply) if (kind === 'command') this.commits += 1
    for (const { name, range } of output.timers) {
      if (range === undefined) node.timers.delete(name)
      else node.timers.set(name, this.now.monotonic + (range.min + range.max) / 2 + node.id)
    }
  }

  private deliver(from: NodeId, envelopes: readonly Envelope<Message>[]): void {
    for (const { to, message } of envelopes) this.nodes[to - 1]!.inbox.push({ from, message })
  }

  /** As a host would after a snapshot: otherwise memory, not the protocol, is measured. */
  private compact(): void {
    for (const node of this.nodes) {
      const { commitIndex: index, epoch, membership } = node.engine.observe()
      if (index > 0) node.engine.step({ type: 'snapshotBuilt', meta: { index, epoch, membership } }, this.now)
      this.carryOut(node, node.engine.take())
    }
  }
}
