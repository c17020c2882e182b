import type { Operation } from '../history/operation.ts'
import { isPending } from '../history/operation.ts'

/**
 * The calls and returns of a history as one doubly linked list in order of time, calls before returns at
 * equal times (Lowe, "Testing for linearizability", section 3). Operations are numbered: first those that
 * returned, in order of their calls, then those that never did. The node of operation `i`'s call is `i`,
 * that of its return `size + i`, and `head` closes the circle. An operation that never returned has no
 * return node: nothing waits for it.
 */
export class EntryList<Input, Output> {
  readonly operations: readonly Operation<Input, Output>[]
  readonly size: number
  /** How many operations returned: they are the numbers below this. */
  readonly returned: number
  readonly head: number
  readonly next: Int32Array
  readonly previous: Int32Array

  constructor(operations: readonly Operation<Input, Output>[]) {
    const byCall = operations.toSorted((a, b) => a.call - b.call)
    const returned = byCall.filter((operation) => !isPending(operation))
    const pending = byCall.filter(isPending) as Operation<Input, Output>[]
    this.operations = returned.concat(pending)
    this.size = byCall.length
    this.returned = returned.length
    this.head = 2 * this.size
    this.next = new Int32Array(this.head + 1)
    this.previous = new Int32Array(this.head + 1)
    this.linkInOrderOfTime(numbersOf(byCall, this.returned))
  }

  private linkInOrderOfTime(calls: readonly number[]): void {
    const { operations, size, returned, head } = this
    const returns = Array.from({ length: returned }, (_, number) => number)
    returns.sort((a, b) => operations[a]!.return - operations[b]!.return)
    let last = head
    let nextReturn = 0
    const link = (node: number): void => {
      this.next[last] = node
      this.previous[node] = last
      last = node
    }
    for (const call of calls) {
      const time = operations[call]!.call
      while (nextReturn < returned && operations[returns[nextReturn]!]!.return < time) {
        link(size + returns[nextReturn++]!)
      }
      link(call)
    }
    while (nextReturn < returned) link(size + returns[nextReturn++]!)
    link(head)
  }

  /** Takes an operation out: it has been given its place in the order. */
  lift(number: number): void {
    this.unlink(number)
    if (number < this.returned) this.unlink(this.size + number)
  }

  /** Puts back the operation that was lifted last of those that are out. */
  unlift(number: number): void {
    if (number < this.returned) this.relink(this.size + number)
    this.relink(number)
  }

  private unlink(node: number): void {
    const before = this.previous[node]!
    const after = this.next[node]!
    this.next[before] = after
    this.previous[after] = before
  }

  private relink(node: number): void {
    this.next[this.previous[node]!] = node
    this.previous[this.next[node]!] = node
  }
}

/** The number of each operation, in order of call. */
function numbersOf(byCall: readonly Operation[], returned: number): number[] {
  let nextReturned = 0
  let nextPending = returned
  return byCall.map((operation) => (isPending(operation) ? nextPending++ : nextReturned++))
}
