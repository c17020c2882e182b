import { EntryList } from './entry-list.ts'
import { LongestOrder } from './longest-order.ts'
import type { Model } from '../models/model.ts'
import { impossible } from '../models/model.ts'
import type { Operation } from '../history/operation.ts'
import { PlacedSet } from './placed-set.ts'
import { SeenConfigurations } from './seen-configurations.ts'
import { StateNumbers } from './state-numbers.ts'
import type { Limit, Verdict } from './verdict.ts'
import { witnessRanks } from '../witness/witness-order.ts'

/** What a search of one partition found. */
export interface SearchOutcome<State, Input, Output> {
  readonly verdict: Verdict
  readonly limit: Limit | undefined
  readonly steps: number
  readonly order: readonly Operation<Input, Output>[]
  readonly blocked: Operation<Input, Output> | undefined
  readonly state: State
}

/** Is shown where a search stands whenever it can go no further. */
export interface SearchObserver {
  /** The first `depth` numbers of `stack` are the operations placed, in order. */
  reached(stack: Int32Array, depth: number): void
  /** Operations were taken back, down to this depth. */
  cutTo(depth: number): void
}

/** No operation: the search stands at the start of a configuration, or has none to go on from. */
const none = -1

/**
 * The search for an order of one partition's operations: Wing & Gong's, with Lowe's memory of
 * configurations.
 *
 * From each configuration, any operation may come next whose call is before the first return that still
 * waits. Three shortcuts keep every verdict: a read that is right now is placed now, as later it is no
 * better; an operation that never returned is not placed where it changes nothing; and one that never
 * returned need not be placed at all.
 */
export class Search<State, Input, Output> {
  private readonly model: Model<State, Input, Output>
  private readonly budget: number
  private readonly observer: SearchObserver | undefined
  private readonly entries: EntryList<Input, Output>
  private readonly reads: Uint8Array
  /**
   * For each operation its place in the order that the system claims: tried first. Without it, order of
   * call.
   */
  private readonly ranks: Float64Array | undefined
  private readonly placed: PlacedSet
  private readonly seen: SeenConfigurations = new SeenConfigurations()
  private readonly stateNumbers: StateNumbers<State>
  private readonly longest: LongestOrder<State>
  /** The operations placed, in order, and what to restore when each is taken back. */
  private readonly stack: Int32Array
  private readonly statesBefore: State[] = []
  private readonly leastBefore: Int32Array
  private readonly greatestBefore: Int32Array
  private depth = 0
  private state: State
  /** How many operations that returned have yet to be placed. */
  private waiting: number
  private steps = 0

  constructor(
    model: Model<State, Input, Output>,
    operations: readonly Operation<Input, Output>[],
    budget: number,
    observer?: (operations: readonly Operation<Input, Output>[]) => SearchObserver,
  ) {
    this.model = model
    this.budget = budget
    this.entries = new EntryList(operations)
    this.observer = observer?.(this.entries.operations)
    const { operations: numbered, size, returned } = this.entries
    this.reads = Uint8Array.from(numbered, ({ input, output }) => (model.readOnly?.(input, output) ? 1 : 0))
    this.ranks = witnessRanks(numbered)
    this.placed = new PlacedSet(size, returned)
    this.stateNumbers = new StateNumbers(model, size)
    this.stack = new Int32Array(size)
    this.leastBefore = new Int32Array(size)
    this.greatestBefore = new Int32Array(size)
    this.state = model.initial()
    this.waiting = returned
    this.longest = new LongestOrder(size, this.state)
  }

  run(): SearchOutcome<State, Input, Output> {
    this.placeReads()
    let tried = none
    while (this.waiting > 0) {
      if (this.steps >= this.budget) return this.outcome('unknown', 'steps')
      if (this.seen.full || this.stateNumbers.full) return this.outcome('unknown', 'memory')
      const candidate = this.candidateAfter(tried)
      if (candidate === none) {
        this.observer?.reached(this.stack, this.depth)
        this.longest.offer(this.stack, this.depth, this.entries.returned - this.waiting, this.state)
        tried = this.backtrack()
        if (tried === none) return this.outcome('not linearizable', undefined)
      } else if (this.tryToPlace(candidate)) {
        this.placeReads()
        tried = none
      } else {
        tried = candidate
      }
    }
    return this.outcome('linearizable', undefined)
  }

  /** Places every read that is right in this state. */
  private placeReads(): void {
    const { next, previous, head, size, operations } = this.entries
    for (let node = next[head]!; node < size; node = next[node]!) {
      if (this.reads[node] === 0) continue
      this.steps++
      const { input, output } = operations[node]!
      if (this.model.step(this.state, input, output) === impossible) continue
      const before = previous[node]!
      this.push(node, this.state)
      node = before // its return may have been the next node, and is gone too
    }
  }

  /**
   * The next operation to try in this configuration, in order of rank or of call, or `none`. Reads are
   * settled.
   */
  private candidateAfter(tried: number): number {
    const { next, head, size } = this.entries
    const ranks = this.ranks
    if (ranks === undefined) {
      let node = next[tried === none ? head : tried]!
      while (node < size && this.reads[node] === 1) node = next[node]!
      return node < size ? node : none
    }
    const floor = tried === none ? -Infinity : ranks[tried]!
    let best = none
    for (let node = next[head]!; node < size; node = next[node]!) {
      if (this.reads[node] === 1 || ranks[node]! <= floor) continue
      if (best === none || ranks[node]! < ranks[best]!) best = node
    }
    return best
  }

  /** Places an operation, unless it cannot be next or leads to a configuration that has been searched. */
  private tryToPlace(candidate: number): boolean {
    this.steps++
    const { input, output } = this.entries.operations[candidate]!
    const after = this.model.step(this.state, input, output)
    if (after === impossible) return false
    if (candidate >= this.entries.returned && this.model.equal(after, this.state)) return false
    this.push(candidate, after)
    if (this.seen.add(this.placed, this.stateNumbers.numberOf(after))) return true
    this.pop()
    return false
  }

  /** Takes back placed operations up to and with the last that was a choice; `none` when there was none. */
  private backtrack(): number {
    while (this.depth > 0) {
      const number = this.pop()
      if (this.reads[number] === 0) return number
    }
    return none
  }

  private push(number: number, after: State): void {
    const depth = this.depth++
    this.stack[depth] = number
    this.statesBefore[depth] = this.state
    this.leastBefore[depth] = this.placed.least
    this.greatestBefore[depth] = this.placed.greatest
    this.placed.add(number)
    this.entries.lift(number)
    if (number < this.entries.returned) this.waiting--
    this.state = after
  }

  private pop(): number {
    const depth = --this.depth
    const number = this.stack[depth]!
    this.state = this.statesBefore[depth]!
    this.placed.remove(number, this.leastBefore[depth]!, this.greatestBefore[depth]!)
    this.entries.unlift(number)
    if (number < this.entries.returned) this.waiting++
    this.longest.cutTo(depth)
    this.observer?.cutTo(depth)
    return number
  }

  private outcome(verdict: Verdict, limit: Limit | undefined): SearchOutcome<State, Input, Output> {
    this.observer?.reached(this.stack, this.depth)
    if (verdict === 'unknown') {
      this.longest.offer(this.stack, this.depth, this.entries.returned - this.waiting, this.state)
    }
    const { operations, returned } = this.entries
    const numbers = this.longest.order()
    return {
      verdict,
      limit,
      steps: this.steps,
      order: numbers.map((number) => operations[number]!),
      blocked: firstToReturn(operations.slice(0, returned), new Set(numbers)),
      state: this.longest.state,
    }
  }
}

/** Of the operations that returned and are not placed, the one that returned first. */
function firstToReturn<Input, Output>(
  returned: readonly Operation<Input, Output>[],
  placed: ReadonlySet<number>,
): Operation<Input, Output> | undefined {
  let first: Operation<Input, Output> | undefined
  for (const [number, operation] of returned.entries()) {
    if (placed.has(number)) continue
    if (first === undefined || operation.return < first.return) first = operation
  }
  return first
}
