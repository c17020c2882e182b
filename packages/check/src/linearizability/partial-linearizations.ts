import type { Operation } from '../history/operation.ts'
import type { Model } from '../models/model.ts'
import { relevantOperations } from '../models/model.ts'
import type { SearchObserver, SearchOutcome } from './search.ts'
import { Search } from './search.ts'

/** How far an order of one partition's operations can come, through each of them. */
export interface PartialLinearizations<State, Input, Output> {
  /** The operations that an order has to explain. */
  readonly operations: readonly Operation<Input, Output>[]
  /** Orders that respect real time and the model, as far as they go: places in `operations`. */
  readonly orders: readonly (readonly number[])[]
  /** For each operation the longest order found that it has a place in; `undefined` when it was in none. */
  readonly orderOf: readonly (number | undefined)[]
  /** The search that found them. */
  readonly outcome: SearchOutcome<State, Input, Output>
}

/** Orders are not kept beyond so many numbers in all: 64 MiB. */
const mostNumbers = 1 << 24

/**
 * For every operation of a partition, the longest partial linearization found that contains it: what a person needs
 * to see why a history is not linearizable (Athalye's porcupine calls it so). An operation that is in shorter ones
 * than others is where it breaks.
 *
 * @param steps budget of the search; what it leaves out may have longer orders
 */
export function partialLinearizations<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
  steps: number,
): PartialLinearizations<State, Input, Output> {
  let orders: PartialOrders | undefined
  let numbered: readonly Operation<Input, Output>[] = []
  const search = new Search(model, relevantOperations(model, operations), steps, (inOrder) => {
    numbered = inOrder
    orders = new PartialOrders(inOrder.length)
    return orders
  })
  const outcome = search.run()
  return { operations: numbered, ...orders!.result(), outcome }
}

/** Keeps, for each operation, the longest order that it was in when the search could go no further. */
class PartialOrders implements SearchObserver {
  private readonly lengths: Int32Array
  private readonly orderOf: Int32Array
  private readonly orders: Int32Array[] = []
  private numbers = 0
  /** For each depth of the stack, the least of {@link lengths} up to there, as far as it is worked out. */
  private readonly least: Int32Array
  private known = 0

  constructor(size: number) {
    this.lengths = new Int32Array(size)
    this.orderOf = new Int32Array(size).fill(-1)
    this.least = new Int32Array(size)
  }

  reached(stack: Int32Array, depth: number): void {
    if (depth === 0) return
    this.workOutLeast(stack, depth)
    if (this.least[depth - 1]! >= depth || this.numbers + depth > mostNumbers) return
    const order = this.orders.push(stack.slice(0, depth)) - 1
    this.numbers += depth
    for (let at = 0; at < depth; at++) {
      const number = stack[at]!
      if (this.lengths[number]! >= depth) continue
      this.lengths[number] = depth
      this.orderOf[number] = order
    }
    this.known = 0
    this.workOutLeast(stack, depth)
  }

  private workOutLeast(stack: Int32Array, depth: number): void {
    for (let at = this.known; at < depth; at++) {
      const length = this.lengths[stack[at]!]!
      this.least[at] = at === 0 ? length : Math.min(length, this.least[at - 1]!)
    }
    this.known = Math.max(this.known, depth)
  }

  cutTo(depth: number): void {
    if (depth < this.known) this.known = depth
  }

  /** The orders that are the longest of some operation, longest first. */
  result(): Pick<PartialLinearizations<unknown, unknown, unknown>, 'orders' | 'orderOf'> {
    const used = [...new Set(this.orderOf)].filter((order) => order >= 0)
    used.sort((a, b) => this.orders[b]!.length - this.orders[a]!.length || a - b)
    const places = new Map(used.map((order, place) => [order, place]))
    return {
      orders: used.map((order) => Array.from(this.orders[order]!)),
      orderOf: Array.from(this.orderOf, (order) => places.get(order)),
    }
  }
}
