import type { Operation } from '../history/operation.ts'
import type { Value } from '../history/value.ts'
import { hashValue, showValue } from '../history/value.ts'
import type { Impossible, Model, Partition } from './model.ts'
import { impossible } from './model.ts'
import type { RegisterOptions } from './register-model.ts'

/** One step of a transaction. */
export type MultiRegisterStep =
  | { readonly op: 'read'; readonly key: string }
  | { readonly op: 'write'; readonly key: string; readonly value: Value }

/** A transaction: its steps take effect at one moment, one after the other. */
export interface MultiRegisterInput {
  readonly steps: readonly MultiRegisterStep[]
}

/** What the reads of a transaction saw, in order; `undefined` where it is not known. */
export type MultiRegisterOutput = readonly (Value | undefined)[]

/** What the registers hold that were written. */
export type Registers = ReadonlyMap<string, Value>

/** Registers that are read and written by transactions. */
export function multiRegister(
  options: RegisterOptions = {},
): Model<Registers, MultiRegisterInput, MultiRegisterOutput> {
  const initial = options.initial ?? null
  return {
    name: 'multi-register',
    initial: () => new Map(),
    step: (state, { steps }, output) => stepAll(state, steps, output, initial),
    equal: (a, b) => a.size === b.size && [...a].every(([key, value]) => b.has(key) && b.get(key) === value),
    hash: hashRegisters,
    readOnly: ({ steps }) => steps.every(({ op }) => op === 'read'),
    partition: partitionByConnection,
    describe: describeTransaction,
    describeState: (state) =>
      state.size === 0
        ? 'nothing was written'
        : [...state].map(([key, value]) => `${key} holds ${showValue(value)}`).join(', '),
  }
}

function stepAll(
  state: Registers,
  steps: readonly MultiRegisterStep[],
  output: MultiRegisterOutput | undefined,
  initial: Value,
): Registers | Impossible {
  let after: Map<string, Value> | undefined
  let reads = 0
  for (const step of steps) {
    if (step.op === 'write') after = (after ?? new Map(state)).set(step.key, step.value)
    else {
      const saw = output?.[reads++]
      if (saw !== undefined && saw !== valueOf(after ?? state, step.key, initial)) return impossible
    }
  }
  return after ?? state
}

function valueOf(state: Registers, key: string, initial: Value): Value {
  return state.has(key) ? state.get(key)! : initial
}

/** The same whatever the order in which the registers were written. */
function hashRegisters(state: Registers): number {
  let hash = 0
  for (const [key, value] of state) hash = (hash + Math.imul(hashValue(key), hashValue(value) | 1)) | 0
  return hash
}

/** Operations belong together when a chain of transactions connects their registers. */
function partitionByConnection(
  operations: readonly Operation<MultiRegisterInput, MultiRegisterOutput>[],
): readonly Partition<MultiRegisterInput, MultiRegisterOutput>[] {
  const leaders = new Map<string, string>()
  const leaderOf = (key: string): string => {
    let leader = key
    for (let next = leaders.get(leader); next !== undefined && next !== leader; next = leaders.get(leader)) {
      leader = next
    }
    leaders.set(key, leader)
    return leader
  }
  const keysOf = ({ input }: Operation<MultiRegisterInput>): string[] => input.steps.map(({ key }) => key)
  for (const operation of operations) {
    const [first, ...others] = keysOf(operation)
    for (const other of others) leaders.set(leaderOf(other), leaderOf(first!))
  }
  const groups = new Map<string, Operation<MultiRegisterInput, MultiRegisterOutput>[]>()
  for (const operation of operations) {
    const [first] = keysOf(operation)
    const leader = first === undefined ? '' : leaderOf(first)
    const group = groups.get(leader)
    if (group === undefined) groups.set(leader, [operation])
    else group.push(operation)
  }
  return Array.from(groups.values(), (group) => {
    const keys = new Set(group.flatMap(keysOf))
    return { key: [...keys].join(', '), operations: group }
  })
}

function describeTransaction({ steps }: MultiRegisterInput, output: MultiRegisterOutput | undefined): string {
  let reads = 0
  const words = steps.map((step) =>
    step.op === 'read'
      ? `read ${step.key}: ${showValue(output?.[reads++])}`
      : `write ${showValue(step.value)} to ${step.key}`,
  )
  return words.join(', ')
}
