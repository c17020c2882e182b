import { HistoryError } from '../history/history-error.ts'
import type { KvInput } from './kv-model.ts'
import type { Operation } from '../history/operation.ts'
import type { RecordedCall, RecordedOperation } from '../history/recorded.ts'
import { scalar, show } from '../history/recorded.ts'
import type { CasRegisterInput, RegisterInput } from './register-model.ts'
import type { Value } from '../history/value.ts'

/** What a nil that was read stands for; see {@link FormatRules}. */
export type NilRead = 'unknown' | 'empty'

/** Recorded operations as inputs of a model: what each of the file's words means to it. */
export type Decode<Input> = (
  operations: readonly RecordedOperation[],
  nil: NilRead,
) => Operation<Input, Value>[]

/** For `register`: read and write. */
export const decodeRegister: Decode<RegisterInput> = decoder((call) => {
  const key = keyOf(call)
  switch (call.f) {
    case 'read':
      return { op: 'read', ...key }
    case 'write':
      return { op: 'write', ...key, value: valueOf(call) }
    default:
      throw unknownName(call, 'register', 'read or write')
  }
})

/** For `cas-register`: read, write and cas. */
export const decodeCasRegister: Decode<CasRegisterInput> = decoder((call) => {
  const key = keyOf(call)
  switch (call.f) {
    case 'read':
      return { op: 'read', ...key }
    case 'write':
      return { op: 'write', ...key, value: valueOf(call) }
    case 'cas':
      return { op: 'cas', ...key, ...pairOf(call) }
    default:
      throw unknownName(call, 'cas-register', 'read, write or cas')
  }
})

/** For `kv`: get, put, append, delete and cas; read and write are get and put. */
export const decodeKv: Decode<KvInput> = decoder((call) => {
  const { key } = keyOf(call)
  if (key === undefined) {
    throw new HistoryError({
      found: `${call.f} has no key`,
      expected: 'a key for every operation',
      line: call.line,
    })
  }
  switch (call.f) {
    case 'get':
    case 'read':
      return { op: 'get', key }
    case 'put':
    case 'write':
      return { op: 'put', key, value: valueOf(call) }
    case 'append':
      return { op: 'append', key, value: valueOf(call) }
    case 'delete':
      return { op: 'delete', key }
    case 'cas':
      return { op: 'cas', key, ...pairOf(call) }
    default:
      throw unknownName(call, 'kv', 'get, put, append, delete or cas')
  }
})

function decoder<Input extends { readonly op: string }>(
  inputOf: (call: RecordedCall) => Input,
): Decode<Input> {
  return (operations, nil) =>
    operations.map((operation) => {
      const input = inputOf(operation.input)
      return { ...operation, input, output: outputOf(input.op, operation, nil) }
    })
}

/** Outputs that mean something to the models; of the others nothing is kept. */
function outputOf(
  op: string,
  { input: { line }, output }: RecordedOperation,
  nil: NilRead,
): Value | undefined {
  switch (op) {
    case 'read':
    case 'get':
      if (output === undefined || (output === null && nil === 'unknown')) return undefined
      return scalar(output, 'what was read', line)
    case 'cas':
      if (output === undefined || typeof output === 'boolean') return output
      throw new HistoryError({
        found: `the output of cas is ${show(output)}`,
        expected: 'true or false, or none when it is not known',
        line,
      })
    case 'delete':
      return typeof output === 'boolean' ? output : undefined
    default:
      return undefined
  }
}

function keyOf({ key, line }: RecordedCall): { readonly key?: string } {
  return key === undefined || key === null ? {} : { key: String(scalar(key, 'the key', line)) }
}

function valueOf({ f, value, line }: RecordedCall): Value {
  return scalar(value, `the value of ${f}`, line)
}

function pairOf({ value, line }: RecordedCall): { readonly from: Value; readonly to: Value } {
  if (Array.isArray(value) && value.length === 2) {
    return {
      from: scalar(value[0], 'the old value of cas', line),
      to: scalar(value[1], 'the new value of cas', line),
    }
  }
  throw new HistoryError({
    found: `the value of cas is ${show(value)}`,
    expected: 'two values: [from to]',
    line,
  })
}

function unknownName({ f, line }: RecordedCall, model: string, expected: string): HistoryError {
  return new HistoryError({ found: `the model ${model} has no operation ${f}`, expected, line })
}
