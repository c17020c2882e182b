import type { Model } from '../models/model.ts'
import { impossible } from '../models/model.ts'
import type { Operation } from '../history/operation.ts'
import { isPending } from '../history/operation.ts'
import { inWitnessOrder } from './witness-order.ts'

/**
 * True when the order that the system claims is a linearization, which proves the partition linearizable.
 * False says nothing: the search has to decide.
 *
 * Operations without a witness are fitted in where that is easy. One that never answered is left out, as if
 * it never happened, until an output needs it: it is then placed right before the operation that saw its
 * effect. One that did answer is placed so too, or where it changes nothing, or where the next operation
 * hides what it changed, or, at the latest, where real time leaves no choice.
 */
export function provenByWitness<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): boolean {
  const claimed: Operation<Input, Output>[] = []
  const loose: Operation<Input, Output>[] = []
  for (const operation of operations) {
    if (operation.witness !== undefined) claimed.push(operation)
    else loose.push(operation)
  }
  return new WitnessWalk(model, inWitnessOrder(claimed), loose).run()
}

/** One walk along the claimed order. Whatever it decides, the order that it places is checked as it goes. */
class WitnessWalk<State, Input, Output> {
  private readonly model: Model<State, Input, Output>
  private readonly claimed: readonly Operation<Input, Output>[]
  /**
   * For each place, the earliest return from there on: what is called later than that cannot be placed yet.
   */
  private readonly horizons: Float64Array | undefined
  /** Without witness, and answered: has to be placed. In order of call. */
  private required: Operation<Input, Output>[]
  /** Without witness, and may be placed: it never answered, or is placed where it could as well not be. */
  private readonly optional: Operation<Input, Output>[]
  private state: State
  /** The latest call so far: what comes next must not have returned before it. */
  private latestCall = -Infinity

  constructor(
    model: Model<State, Input, Output>,
    claimed: readonly Operation<Input, Output>[],
    loose: readonly Operation<Input, Output>[],
  ) {
    this.model = model
    this.claimed = claimed
    this.required = loose.filter((operation) => !isPending(operation)).toSorted((a, b) => a.call - b.call)
    this.optional = loose.filter(isPending) as Operation<Input, Output>[]
    this.horizons = loose.length > 0 ? earliestReturns(claimed) : undefined
    this.state = model.initial()
  }

  run(): boolean {
    for (let at = 0; at < this.claimed.length; at++) {
      const operation = this.claimed[at]!
      const horizon = this.horizons?.[at] ?? Infinity
      if (this.required.length > 0 && !this.fitInBefore(operation, horizon)) return false
      const settled = this.tryToPlace(operation) || isPending(operation)
      if (!settled && !this.explain(operation, horizon)) return false
    }
    return this.required.toSorted((a, b) => a.return - b.return).every((last) => this.tryToPlace(last))
  }

  /** Places required operations that fit here, before the next claimed one; false when one is too late. */
  private fitInBefore(next: Operation<Input, Output>, horizon: number): boolean {
    if (this.required[0]!.call > horizon) return true
    const waiting: Operation<Input, Output>[] = []
    for (const operation of this.required) {
      if (operation.return < next.call) {
        if (!this.tryToPlace(operation)) return false
      } else if (operation.call <= horizon && this.changesNothing(operation)) {
        if (!this.placeUnseen(operation)) return false
      } else waiting.push(operation)
    }
    this.required = waiting
    // One only: that each alone is hidden does not mean that all are together.
    const hidden = waiting.findIndex(
      (operation) => operation.call <= horizon && this.isHiddenBy(operation, next),
    )
    return hidden < 0 || this.placeUnseen(waiting.splice(hidden, 1)[0]!)
  }

  private changesNothing({ input, output }: Operation<Input, Output>): boolean {
    const after = this.model.step(this.state, input, output)
    return after !== impossible && this.model.equal(after, this.state)
  }

  /** True when it makes no difference whether this operation happens right before the next one. */
  private isHiddenBy(operation: Operation<Input, Output>, next: Operation<Input, Output>): boolean {
    const model = this.model
    const without = model.step(this.state, next.input, next.output)
    if (without === impossible) return false
    const between = model.step(this.state, operation.input, operation.output)
    if (between === impossible) return false
    const after = model.step(between, next.input, next.output)
    return after !== impossible && model.equal(after, without)
  }

  /**
   * Places an operation that nobody can tell is here. If an output needs it later, it can still be moved
   * there, as long as real time allows: so it is optional from now on.
   */
  private placeUnseen(operation: Operation<Input, Output>): boolean {
    if (operation.return < this.latestCall) return false
    this.latestCall = Math.max(this.latestCall, operation.call)
    if (this.model.readOnly?.(operation.input, operation.output) !== true) this.optional.push(operation)
    return true
  }

  /** Looks for one operation without witness that makes this one possible, and places both. */
  private explain(operation: Operation<Input, Output>, horizon: number): boolean {
    for (const loose of [this.required, this.optional]) {
      for (const [at, cause] of loose.entries()) {
        if (cause.call > horizon || cause.return < this.latestCall) continue
        const between = this.model.step(this.state, cause.input, cause.output)
        if (between === impossible) continue
        if (this.model.step(between, operation.input, operation.output) === impossible) continue
        loose.splice(at, 1)
        return this.tryToPlace(cause) && this.tryToPlace(operation)
      }
    }
    return false
  }

  /** Places an operation next, if real time and the model allow it. */
  private tryToPlace(operation: Operation<Input, Output>): boolean {
    if (operation.return < this.latestCall) return false
    const after = this.model.step(this.state, operation.input, operation.output)
    if (after === impossible) return false
    this.state = after
    if (operation.call > this.latestCall) this.latestCall = operation.call
    return true
  }
}

function earliestReturns(operations: readonly Operation[]): Float64Array {
  const earliest = new Float64Array(operations.length)
  let least = Infinity
  for (let at = operations.length - 1; at >= 0; at--) {
    least = Math.min(least, operations[at]!.return)
    earliest[at] = least
  }
  return earliest
}
