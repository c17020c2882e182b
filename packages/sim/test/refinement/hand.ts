import {
  type Acceptance,
  type Ballot,
  type Engine,
  type Entry,
  type LogImage,
  type Membership,
  type NodeId,
  type Observation,
  type StorageOperation,
  majorityOf,
  makeEntry,
  noOutput,
} from '@quorate/core'
import { Refinement, type Violation } from '../../src/index.ts'

const membership = majorityOf([1, 2, 3])

/** An entry whose command is one byte. */
export function entry(index: number, epoch: number, value = index): Entry {
  return makeEntry(index, epoch, 0, 'command', undefined, Uint8Array.of(value))
}

/** Entries from `first` on, of those epochs. */
export function entries(first: number, ...epochs: number[]): Entry[] {
  return epochs.map((epoch, i) => entry(first + i, epoch))
}

/** Writes the history of a cluster of three by hand, as a refinement check would see it. */
export class Hand {
  readonly violations: Violation[] = []
  readonly refinement: Refinement
  /** What each replica's engine would tell of itself. */
  private readonly views = new Map<NodeId, { epoch: number; leader: NodeId | undefined }>()
  private readonly known = new Map<NodeId, { commitIndex: number; membership: Membership }>()
  private sequence = 0

  constructor(acceptance: Acceptance) {
    this.refinement = new Refinement(acceptance, (violation) => this.violations.push(violation))
    for (const node of [1, 2, 3]) this.start(node)
  }

  /** The rules broken so far. */
  get rules(): unknown[] {
    return this.violations.map(({ context }) => context['rule'])
  }

  get chosen(): number {
    return this.refinement.log.chosenIndex
  }

  start(self: NodeId, image: Partial<LogImage> = {}, applied = 0): this {
    const empty = { incarnation: 1, hardState: undefined, base: undefined, entries: [], ballots: new Map() }
    const snapshot = applied === 0 ? undefined : { index: applied, epoch: image.base?.epoch ?? 0, membership }
    this.refinement.created({ self, membership, image: { ...empty, ...image }, snapshot }, this.engine(self))
    return this
  }

  /** From now on the node is in that epoch, and takes `leader` for its leader. */
  sees(node: NodeId, epoch: number, leader?: NodeId): this {
    this.views.set(node, { epoch, leader })
    return this
  }

  /** From now on the node knows what is chosen up to there, and who takes part. */
  knows(node: NodeId, commitIndex: number, members: Membership = membership): this {
    this.known.set(node, { commitIndex, membership: members })
    return this
  }

  /** Hands a write to the disk; it is done by `sync`. Gives its sequence. */
  write(node: NodeId, ...operations: StorageOperation[]): number {
    const sequence = ++this.sequence
    const persist = { token: { epoch: 0, sequence }, operations, sync: true }
    this.refinement.taken(node, { ...noOutput, persist }, this.engine(node))
    return sequence
  }

  sync(node: NodeId, sequence: number = this.sequence): this {
    this.refinement.given(node, { type: 'persisted', token: { epoch: 0, sequence } })
    return this
  }

  /** Appends, durably. */
  append(node: NodeId, ...list: Entry[]): this {
    return this.sync(node, this.write(node, { type: 'append', entries: list }))
  }

  /** Accepts, durably. */
  accept(node: NodeId, ballot: Ballot, ...values: Entry[]): this {
    return this.sync(node, this.write(node, { type: 'accept', ballot, entries: values }))
  }

  apply(node: NodeId, ...list: Entry[]): this {
    this.refinement.taken(node, { ...noOutput, apply: list }, this.engine(node))
    return this
  }

  private engine(node: NodeId): Engine {
    const observe = (): Observation => {
      const { epoch, leader } = this.views.get(node) ?? { epoch: 0, leader: undefined }
      return {
        node,
        epoch,
        leader,
        role: 'follower',
        phase: '',
        established: false,
        commitIndex: this.known.get(node)?.commitIndex ?? 0,
        lastIndex: 0,
        durableIndex: 0,
        firstIndex: 1,
        membership: this.known.get(node)?.membership ?? membership,
      }
    }
    return { observe } as Engine
  }
}
