import { HistoryError } from '../history/history-error.ts'
import type { Operation } from '../history/operation.ts'
import type { RecordedOperation } from '../history/recorded.ts'
import { scalar, show } from '../history/recorded.ts'
import type { Value } from '../history/value.ts'
import type { MultiRegisterInput, MultiRegisterOutput, MultiRegisterStep } from './multi-register-model.ts'
import type { MutexInput } from './mutex-model.ts'
import type { NilRead } from './vocabulary.ts'

/** For `mutex`: acquire and release. */
export function decodeMutex(operations: readonly RecordedOperation[]): Operation<MutexInput, unknown>[] {
  return operations.map(({ input: { f, key, line }, ...rest }) => {
    if (f !== 'acquire' && f !== 'release') {
      throw new HistoryError({
        found: `the model mutex has no operation ${f}`,
        expected: 'acquire or release',
        line,
      })
    }
    const named = key === undefined || key === null ? {} : { key: String(scalar(key, 'the key', line)) }
    return { ...rest, output: undefined, input: { op: f, ...named } }
  })
}

/**
 * For `multi-register`: transactions `[[:read :x nil] [:write :y 2]]`, also with `:r` and `:w`, which repeat the steps
 * with what was read when they answer.
 */
export function decodeMultiRegister(
  operations: readonly RecordedOperation[],
  nil: NilRead,
): Operation<MultiRegisterInput, MultiRegisterOutput>[] {
  return operations.map(({ input: { f, value, line }, ...rest }) => {
    const { output } = rest
    if (f !== 'txn') {
      throw new HistoryError({
        found: `the model multi-register has no operation ${f}`,
        expected: 'txn',
        line,
      })
    }
    const answered = output !== undefined && output !== null
    const steps = answered ? output : value
    if (!Array.isArray(steps)) throw notSteps(`the value of a transaction is ${show(steps)}`, line)
    const decoded = steps.map((step) => stepOf(step, nil, line))
    const reads = decoded.filter(({ input }) => input.op === 'read').map(({ saw }) => saw)
    return {
      ...rest,
      output: answered ? reads : undefined,
      input: { steps: decoded.map(({ input }) => input) },
    }
  })
}

/** A step, and what it saw if it is a read. */
interface DecodedStep {
  readonly input: MultiRegisterStep
  readonly saw: Value | undefined
}

function stepOf(step: unknown, nil: NilRead, line: number): DecodedStep {
  const [name, key, value] = Array.isArray(step) ? (step as readonly unknown[]) : []
  const named = String(scalar(key ?? null, 'the key', line))
  switch (name) {
    case ':read':
    case 'read':
    case ':r':
    case 'r': {
      const isUnknown = value === undefined || (value === null && nil === 'unknown')
      const saw = isUnknown ? undefined : scalar(value, 'what was read', line)
      return { input: { op: 'read', key: named }, saw }
    }
    case ':write':
    case 'write':
    case ':w':
    case 'w':
      return {
        input: { op: 'write', key: named, value: scalar(value, 'the value of write', line) },
        saw: undefined,
      }
    default:
      throw notSteps(`a step is ${Array.isArray(step) ? JSON.stringify(step) : show(step)}`, line)
  }
}

function notSteps(found: string, line: number): HistoryError {
  return new HistoryError({ found, expected: 'steps [:read KEY nil] or [:write KEY VALUE]', line })
}
