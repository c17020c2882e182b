import type { Access, Model } from '../models/model.ts'
import type { Operation } from '../history/operation.ts'
import { isPending } from '../history/operation.ts'
import { StateNumbers } from '../linearizability/state-numbers.ts'

/** Stands for no value where a value's number is expected. */
export const none = -1

/** An operation as an {@link Access}, with numbers for values. */
export interface RegisterEvent<Input, Output> {
  /** `undefined` for the start, which counts as a write of the initial value before everything else. */
  readonly operation: Operation<Input, Output> | undefined
  readonly call: number
  readonly return: number
  readonly saw: number
  readonly missed: number
  readonly left: number
}

/** The operations on one register, and what is certain of them whatever their order may be. */
export class RegisterHistory<Input, Output> {
  /**
   * What took effect for certain: the start, what answered clearly, and what did not but is the only write
   * of a value that one of these saw.
   */
  readonly certain: ReadonlySet<RegisterEvent<Input, Output>>
  /** True when each operation that answered is certain, and saw or left a value. */
  readonly whole: boolean
  private readonly writers = new Map<number, RegisterEvent<Input, Output>[]>()

  constructor(
    answered: readonly RegisterEvent<Input, Output>[],
    optional: readonly RegisterEvent<Input, Output>[],
  ) {
    for (const events of [answered, optional]) for (const event of events) this.addWriter(event)
    const certain = new Set(answered)
    // What is added on the way is visited too: it may have seen a value itself.
    for (const { saw } of certain) if (this.isUnique(saw)) certain.add(this.writersOf(saw)[0]!)
    const isPlaced = (event: RegisterEvent<Input, Output>): boolean =>
      certain.has(event) && (event.saw !== none || event.left !== none)
    this.certain = certain
    this.whole = answered.every(isPlaced) && optional.every((one) => one.return === Infinity || isPlaced(one))
  }

  /** All that may have written the value, certain or not. */
  writersOf(value: number): readonly RegisterEvent<Input, Output>[] {
    return this.writers.get(value) ?? []
  }

  /** True for a value that was there once only: from its one write until the next write of another. */
  isUnique(value: number): boolean {
    return this.writersOf(value).length === 1
  }

  private addWriter(event: RegisterEvent<Input, Output>): void {
    if (event.left === none) return
    const writers = this.writers.get(event.left)
    if (writers === undefined) this.writers.set(event.left, [event])
    else writers.push(event)
  }
}

/** The operations as those on a register; `undefined` when the model says that they are not. */
export function registerHistory<State, Input, Output>(
  model: Model<State, Input, Output>,
  operations: readonly Operation<Input, Output>[],
): RegisterHistory<Input, Output> | undefined {
  const values = new StateNumbers(model, operations.length)
  const left = values.numberOf(model.initial())
  const start = { operation: undefined, call: -Infinity, return: -Infinity, saw: none, missed: none, left }
  const answered: RegisterEvent<Input, Output>[] = [start]
  const optional: RegisterEvent<Input, Output>[] = []
  for (const operation of operations) {
    const access = model.access?.(operation.input, operation.output)
    if (access === undefined) return undefined
    const isOptional = isPending(operation) || access.perhaps === true
    const event = eventOf(operation, access, values)
    if (isOptional) optional.push(event)
    else answered.push(event)
  }
  return new RegisterHistory(answered, optional)
}

function eventOf<State, Input, Output>(
  operation: Operation<Input, Output>,
  access: Access<State>,
  values: StateNumbers<State>,
): RegisterEvent<Input, Output> {
  const numberOf = (value: State | undefined): number => (value === undefined ? none : values.numberOf(value))
  const saw = numberOf(access.saw)
  const missed = numberOf(access.missed)
  const left = numberOf(access.left)
  const event = { operation, call: operation.call, return: operation.return, saw, missed, left }
  // To replace a value by itself is to read it.
  return saw === left ? { ...event, left: none } : event
}
