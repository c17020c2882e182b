import {
  type AnyEngineDefinition,
  type Durability,
  type Engine,
  type EngineInit,
  type Entry,
  type Input,
  type Instant,
  type MemoryLog,
  type Message,
  type NodeId,
  type Observation,
  Outbox,
  type Output,
  appendEntries,
  createDurability,
  createMemoryLog,
  endPersist,
  lastIndex,
  makeEntry,
  membersOf,
  quorumIndex,
  sliceEntries,
  takeToken,
} from '@quorate/core'

type Primary =
  | { readonly type: 'Append'; readonly entries: readonly Entry[]; readonly commit: number }
  | { readonly type: 'Ack'; readonly index: number }

/** The smallest replication that there is: replica 1 leads for ever. Wants links that lose nothing. */
class PrimaryEngine implements Engine<Primary> {
  private readonly init: EngineInit
  private readonly out = new Outbox<Primary>()
  private readonly log: MemoryLog
  private readonly durability: Durability
  private readonly acked = new Map<NodeId, number>()
  private readonly links = new Set<NodeId>()
  private saved: number
  private sent: number
  private commit: number
  private applied: number

  constructor(init: EngineInit) {
    this.init = init
    this.log = createMemoryLog(init.image.base?.index ?? 0, 0, init.image.entries)
    this.saved = this.sent = lastIndex(this.log)
    this.durability = createDurability(this.saved)
    this.commit = this.applied = init.snapshot?.index ?? 0
  }

  step(input: Input<Primary>, at: Instant): void {
    const { log, out } = this
    if (input.type === 'peerUp') this.links.add(input.peer)
    else if (input.type === 'persisted') endPersist(this.durability, input.token.sequence)
    else if (input.type === 'receive') this.receive(input.from, input.message)
    else if (input.type === 'read') {
      out.reply({ type: 'readReady', sequence: input.request.sequence, index: this.commit })
    } else if (input.type === 'propose') {
      appendEntries(log, [makeEntry(lastIndex(log) + 1, 1, at.wall, 'command', input.request, input.data)])
    }
  }

  take(): Output<Primary> {
    const { log, out } = this
    const last = lastIndex(log)
    if (this.saved < last) {
      out.persist({ type: 'append', entries: sliceEntries(log, this.saved + 1, last, Infinity) })
      this.saved = last
    }
    if (this.leads) this.lead()
    else out.sendWhenDurable(1, { type: 'Ack', index: last })
    if (this.applied < this.commit) out.apply(sliceEntries(log, this.applied + 1, this.commit, Infinity))
    this.applied = this.commit
    return out.take(takeToken(this.durability, 1, out.hasPersist, last))
  }

  observe(): Observation {
    return {
      node: this.init.self,
      role: this.leads ? 'leader' : 'follower',
      phase: '',
      epoch: 1,
      leader: 1,
      established: this.leads,
      commitIndex: this.commit,
      lastIndex: lastIndex(this.log),
      durableIndex: this.durability.durableIndex,
      firstIndex: this.log.base + 1,
      membership: this.init.membership,
    }
  }

  capture(): unknown {
    return undefined
  }

  private get leads(): boolean {
    return this.init.self === 1
  }

  private lead(): void {
    const { membership, self } = this.init
    const reached = (node: NodeId): number =>
      node === self ? this.durability.durableIndex : (this.acked.get(node) ?? 0)
    this.commit = Math.max(this.commit, quorumIndex(membership.quorums, reached))
    if (this.links.size < membersOf(membership).length - 1) return
    const entries = sliceEntries(this.log, this.sent + 1, Infinity, Infinity)
    this.sent = lastIndex(this.log)
    for (const peer of this.links) this.out.sendNow(peer, { type: 'Append', entries, commit: this.commit })
  }

  private receive(from: NodeId, message: Primary): void {
    if (message.type === 'Ack') this.acked.set(from, message.index)
    else {
      appendEntries(this.log, message.entries)
      this.commit = Math.min(message.commit, lastIndex(this.log))
    }
  }
}

/** See {@link PrimaryEngine}. A turn of the leader is a message to everybody, so there is always another one. */
export const primary: AnyEngineDefinition = {
  name: 'primary',
  links: 'fifo',
  acceptance: 'entry',
  shapes: { Append: ['entries', 'commit'], Ack: ['index'] },
  marks: [],
  cost: {
    messagesPerCommit: () => 0,
    commitMessages: () => ({}),
    delaysToCommit: 2,
    delaysToLearn: 3,
    fsyncsPerCommit: () => 3,
    fsyncsToCommit: 1,
    periodic: [],
    election: { messages: () => ({}), fsyncs: () => 0, unfixed: [] },
  },
  electionTimeout: 100,
  create: (init: EngineInit) => new PrimaryEngine(init),
  revive: (init: EngineInit) => new PrimaryEngine(init),
  renameState: (state: unknown) => state,
  renameMessage: (message: Message) => message,
}
