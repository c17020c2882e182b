import type { Access, Impossible, Model } from './model.ts'
import { impossible, partitionByKey } from './model.ts'
import { accessCas, describeCas, stepCas } from './register-model.ts'
import type { Value } from '../history/value.ts'
import { hashValue, showValue } from '../history/value.ts'

/** One operation on one key. */
export type KvInput =
  | { readonly op: 'get'; readonly key: string }
  | { readonly op: 'put'; readonly key: string; readonly value: Value }
  | { readonly op: 'append'; readonly key: string; readonly value: Value }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'cas'; readonly key: string; readonly from: Value; readonly to: Value }

/** How a key-value store starts. */
export interface KvOptions {
  /** What a key that is absent reads as: `null` when not given, `''` in the porcupine logs. */
  readonly absent?: Value
}

/**
 * A key-value store, judged key by key. Outputs: of `get` the value; of `cas` whether it wrote; of `delete`,
 * if it is a boolean, whether the key was there; of `put` and `append` nothing.
 */
export function kv(options: KvOptions = {}): Model<Value, KvInput, Value> {
  const absent = options.absent ?? null
  return {
    name: 'kv',
    initial: () => absent,
    step: (state, input, output) => stepKv(state, input, output, absent),
    equal: (a, b) => a === b,
    hash: hashValue,
    readOnly: ({ op }, output) => op === 'get' || (output === false && (op === 'cas' || op === 'delete')),
    partition: partitionByKey,
    access: (input, output) => accessKv(input, output, absent),
    describe: describeKv,
    describeState: (state) => (state === absent ? 'the key is absent' : `the key holds ${showValue(state)}`),
  }
}

function stepKv(state: Value, input: KvInput, output: Value | undefined, absent: Value): Value | Impossible {
  switch (input.op) {
    case 'get':
      return output === undefined || output === state ? state : impossible
    case 'put':
      return input.value
    case 'append':
      return state === absent ? input.value : `${state}${input.value}`
    case 'delete':
      return typeof output === 'boolean' && output !== (state !== absent) ? impossible : absent
    case 'cas':
      return stepCas(state, input.from, input.to, output)
  }
}

function accessKv(input: KvInput, output: Value | undefined, absent: Value): Access<Value> | undefined {
  switch (input.op) {
    case 'get':
      return { saw: output }
    case 'put':
      return { left: input.value }
    case 'append':
      return undefined
    case 'delete':
      if (typeof output !== 'boolean') return { left: absent }
      return output ? { missed: absent, left: absent } : { saw: absent }
    case 'cas':
      return accessCas(input.from, input.to, output)
  }
}

function describeKv(input: KvInput, output: Value | undefined): string {
  switch (input.op) {
    case 'get':
      return `get: ${showValue(output)}`
    case 'put':
    case 'append':
      return `${input.op} ${showValue(input.value)}`
    case 'delete':
      return typeof output === 'boolean' ? `delete: ${output ? 'was there' : 'was absent'}` : 'delete'
    case 'cas':
      return describeCas(input.from, input.to, output)
  }
}
