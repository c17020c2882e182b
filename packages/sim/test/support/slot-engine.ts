import {
  type Engine,
  type EngineDefinition,
  type EngineInit,
  type Entry,
  type Input,
  type Instant,
  type Observation,
  Outbox,
  type Output,
  type StorageOperation,
  createDurability,
  endPersist,
  isReplicationQuorum,
  makeEntry,
  membersOf,
  takeToken,
} from '@quorate/core'

export type SlotMessage =
  | { readonly type: 'Accept'; readonly entries: readonly Entry[] }
  | { readonly type: 'Accepted'; readonly slots: readonly number[] }
  | { readonly type: 'Chosen'; readonly entries: readonly Entry[] }

const ballot = { round: 1, node: 1 }

/**
 * The smallest engine that accepts slot by slot: replica 1 leads one ballot for ever. It proposes two commands at a
 * time, and the second of them first, so that there are holes; whoever is left out learns what is chosen.
 */
class SlotEngine implements Engine<SlotMessage> {
  private readonly init: EngineInit
  private readonly isHasty: boolean
  private readonly out = new Outbox<SlotMessage>()
  private readonly durability = createDurability(0)
  private readonly entries = new Map<number, Entry>()
  private readonly holders = new Map<number, Set<number>>()
  private readonly chosen = new Map<number, Entry>()
  private fresh: Entry[] = []
  private accepted: Entry[] = []
  private last: number
  private applied: number

  constructor(init: EngineInit, isHasty: boolean) {
    this.init = init
    this.isHasty = isHasty
    this.applied = init.snapshot?.index ?? 0
    for (const entry of init.image.entries) this.entries.set(entry.index, entry)
    this.last = Math.max(this.applied, ...this.entries.keys())
  }

  step(input: Input<SlotMessage>, at: Instant): void {
    if (input.type === 'propose') {
      this.last += 1
      this.fresh.push(makeEntry(this.last, 1, at.wall, 'command', input.request, input.data))
    } else if (input.type === 'persisted') {
      endPersist(this.durability, input.token.sequence)
    } else if (input.type === 'receive') this.receive(input.from, input.message)
  }

  take(): Output<SlotMessage> {
    while (this.fresh.length > 1) for (const entry of this.fresh.splice(0, 2).reverse()) this.propose(entry)
    if (this.accepted.length > 0) this.persist()
    const apply: Entry[] = []
    for (let next = this.chosen.get(this.applied + 1); next !== undefined;) {
      apply.push(next)
      this.applied = next.index
      next = this.chosen.get(this.applied + 1)
    }
    this.out.apply(apply)
    if (this.init.self === 1 && apply.length > 0) this.tell({ type: 'Chosen', entries: apply })
    return this.out.take(takeToken(this.durability, 1, this.out.hasPersist, this.last))
  }

  observe(): Observation {
    const leads = this.init.self === 1
    return {
      node: this.init.self,
      role: leads ? 'leader' : 'follower',
      phase: '',
      epoch: 1,
      leader: 1,
      established: leads,
      commitIndex: this.applied,
      lastIndex: Math.max(this.applied, ...this.entries.keys()),
      durableIndex: 0,
      firstIndex: 1,
      membership: this.init.membership,
    }
  }

  capture(): unknown {
    return undefined
  }

  private propose(entry: Entry): void {
    this.accept([entry])
    this.tell({ type: 'Accept', entries: [entry] })
  }

  private receive(from: number, message: SlotMessage): void {
    if (message.type === 'Accept') this.accept(message.entries)
    else if (message.type === 'Accepted') for (const slot of message.slots) this.count(from, slot)
    else {
      this.accept(message.entries.filter(({ index }) => !this.entries.has(index)))
      for (const entry of message.entries) this.chosen.set(entry.index, entry)
    }
  }

  private accept(entries: readonly Entry[]): void {
    for (const entry of entries) this.entries.set(entry.index, entry)
    this.accepted.push(...entries)
  }

  private persist(): void {
    const operation: StorageOperation = { type: 'accept', ballot, entries: this.accepted }
    this.out.persist(operation)
    const answer: SlotMessage = { type: 'Accepted', slots: this.accepted.map(({ index }) => index) }
    if (this.isHasty) this.out.sendNow(1, answer)
    else this.out.sendWhenDurable(1, answer)
    this.accepted = []
  }

  private count(from: number, slot: number): void {
    const holders = this.holders.get(slot) ?? new Set<number>()
    this.holders.set(slot, holders.add(from))
    if (isReplicationQuorum(this.init.membership.quorums, (voter) => holders.has(voter)))
      this.chosen.set(slot, this.entries.get(slot)!)
  }

  private tell(message: SlotMessage): void {
    for (const peer of membersOf(this.init.membership))
      if (peer !== this.init.self) this.out.sendNow(peer, message)
  }
}

/** See {@link SlotEngine}. `isHasty`: acceptances are told before they are durable. */
export function slotEngine(isHasty = false): EngineDefinition<SlotMessage> {
  return {
    name: 'slots',
    links: 'any',
    acceptance: 'slot',
    shapes: { Accept: ['entries'], Accepted: ['slots'], Chosen: ['entries'] },
    marks: [],
    cost: {
      messagesPerCommit: () => 0,
      commitMessages: () => ({}),
      delaysToCommit: 2,
      delaysToLearn: 3,
      fsyncsPerCommit: () => 0,
      fsyncsToCommit: 1,
      periodic: [],
      election: { messages: () => ({}), fsyncs: () => 0, unfixed: [] },
    },
    electionTimeout: 100,
    create: (init) => new SlotEngine(init, isHasty),
    revive: (init) => new SlotEngine(init, isHasty),
    renameState: (state) => state,
    renameMessage: (message) => message,
  }
}
