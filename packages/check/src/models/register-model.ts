import type { Access, Impossible, Model } from './model.ts'
import { impossible, partitionByKey } from './model.ts'
import type { Value } from '../history/value.ts'
import { hashValue, showValue } from '../history/value.ts'

/** A read or a blind write. Registers with different keys are different registers; no key is one register. */
export type RegisterInput =
  | { readonly op: 'read'; readonly key?: string }
  | { readonly op: 'write'; readonly key?: string; readonly value: Value }

/** As {@link RegisterInput}, and compare-and-set: writes `to` if the register holds `from`. */
export type CasRegisterInput =
  | RegisterInput
  | { readonly op: 'cas'; readonly key?: string; readonly from: Value; readonly to: Value }

/** How a register starts. */
export interface RegisterOptions {
  /** What it holds before the first write; `null` (empty) when not given. */
  readonly initial?: Value
}

/** A register. A read's output is the value; a write's output means nothing. */
export function register(options: RegisterOptions = {}): Model<Value, RegisterInput, Value> {
  return registerModel<RegisterInput>('register', options)
}

/**
 * A register with compare-and-set. A cas answers `true` when it wrote and `false` when the register held
 * another value. One whose output is unknown may have done either.
 */
export function casRegister(options: RegisterOptions = {}): Model<Value, CasRegisterInput, Value> {
  return registerModel<CasRegisterInput>('cas-register', options)
}

function registerModel<Input extends CasRegisterInput>(
  name: string,
  options: RegisterOptions,
): Model<Value, Input, Value> {
  return {
    name,
    initial: () => options.initial ?? null,
    step: stepRegister,
    equal: (a, b) => a === b,
    hash: hashValue,
    readOnly: (input, output) => input.op === 'read' || (input.op === 'cas' && output === false),
    partition: partitionByKey,
    access: accessRegister,
    describe: describeRegister,
    describeState: (state) => `the register holds ${showValue(state)}`,
  }
}

function stepRegister(state: Value, input: CasRegisterInput, output: Value | undefined): Value | Impossible {
  switch (input.op) {
    case 'read':
      return output === undefined || output === state ? state : impossible
    case 'write':
      return input.value
    case 'cas':
      return stepCas(state, input.from, input.to, output)
  }
}

/** Compare-and-set, also of one key of a store. */
export function stepCas(state: Value, from: Value, to: Value, output: Value | undefined): Value | Impossible {
  const holds = state === from
  if (output !== undefined && output !== holds) return impossible
  return holds ? to : state
}

function accessRegister(input: CasRegisterInput, output: Value | undefined): Access<Value> | undefined {
  switch (input.op) {
    case 'read':
      return { saw: output }
    case 'write':
      return { left: input.value }
    case 'cas':
      return accessCas(input.from, input.to, output)
  }
}

/** Compare-and-set, also of one key of a store. */
export function accessCas(from: Value, to: Value, output: Value | undefined): Access<Value> | undefined {
  if (output === false) return { missed: from }
  if (output === true) return { saw: from, left: to }
  // Any other answer is one that no cas gives; the model says so.
  return output === undefined ? { saw: from, left: to, perhaps: true } : undefined
}

function describeRegister(input: CasRegisterInput, output: Value | undefined): string {
  switch (input.op) {
    case 'read':
      return `read: ${showValue(output)}`
    case 'write':
      return `write ${showValue(input.value)}`
    case 'cas':
      return describeCas(input.from, input.to, output)
  }
}

/** `cas 1 to 2: done`, also of one key of a store. */
export function describeCas(from: Value, to: Value, output: Value | undefined): string {
  const outcome = output === undefined ? 'unknown' : output === true ? 'done' : 'refused'
  return `cas ${showValue(from)} to ${showValue(to)}: ${outcome}`
}
