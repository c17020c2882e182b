/**
 * Keeps the longest order that the search has reached, copying only what differs from the one kept before.
 */
export class LongestOrder<State> {
  private readonly numbers: Int32Array
  private length = 0
  private score = -1
  /** How much of the kept order is also the start of the search's present stack. */
  private common = 0
  state: State

  constructor(size: number, initial: State) {
    this.numbers = new Int32Array(size)
    this.state = initial
  }

  /** The search is at a dead end; `score` counts the operations that had to be placed, and are. */
  offer(stack: Int32Array, depth: number, score: number, state: State): void {
    if (score <= this.score) return
    this.numbers.set(stack.subarray(this.common, depth), this.common)
    this.length = depth
    this.common = depth
    this.score = score
    this.state = state
  }

  /** The search has taken operations back, down to this depth. */
  cutTo(depth: number): void {
    if (depth < this.common) this.common = depth
  }

  order(): readonly number[] {
    return Array.from(this.numbers.subarray(0, this.length))
  }
}
