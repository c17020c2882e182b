import type { HistoryEvent, OperationOutcome } from './event.ts'
import { HistoryError } from './history-error.ts'
import type { Operation } from './operation.ts'
import type { Value } from './value.ts'

/**
 * An invocation as a file has it, before a model gives it meaning. Values are whatever the file's notation
 * yields.
 */
export interface RecordedCall {
  /** The operation's name, such as `read`. */
  readonly f: string
  /** The file's key; `undefined` when it names none. */
  readonly key: unknown
  readonly value: unknown
  /** Where the invocation stands in its file, from 1. */
  readonly line: number
}

/** An operation as a file has it. */
export type RecordedOperation = Operation<RecordedCall, unknown>

/** An operation as a file has it, with what became of it. */
export type RecordedOutcome = OperationOutcome<RecordedCall, unknown>

/** An event as a file has it. */
export type RecordedEvent = HistoryEvent<RecordedCall, unknown>

/** The fields that every notation of events has in common. */
export interface EventFields {
  readonly client: number | string
  readonly type: unknown
  readonly f: string
  readonly key?: unknown
  readonly value: unknown
  readonly line: number
}

/** Makes an event, judging its type. */
export function recordedEvent({ client, type, f, key, value, line }: EventFields): RecordedEvent {
  const common = { client, name: f, line }
  switch (type) {
    case 'invoke':
      return { ...common, type, input: { f, key, value, line } }
    case 'ok':
      return { ...common, type, output: answerOf(f, value) }
    case 'fail':
    case 'info':
      return { ...common, type }
    default:
      throw new HistoryError({
        found: `the type of an event is ${show(type)}`,
        expected: 'invoke, ok, fail or info',
        line,
      })
  }
}

/** An `ok` of a cas repeats `[from to]` in most notations: that it is `ok` is the answer. */
function answerOf(f: string, value: unknown): unknown {
  if (f !== 'cas') return value
  return typeof value === 'boolean' ? value : true
}

/** A value that a register or key can hold, or an error that names the line. */
export function scalar(value: unknown, what: string, line: number): Value {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') {
    // Beyond this two different numbers of the file may have become one.
    if (Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))) return value
    throw new HistoryError({ found: `${what} is a number of over 53 bits`, expected: 'a string', line })
  }
  throw new HistoryError({
    found: `${what} is ${show(value)}`,
    expected: 'a number, a string, a boolean or nil',
    line,
  })
}

/** A found value for a message. */
export function show(value: unknown): string {
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' && value !== null ? 'a map' : JSON.stringify(value)
}
