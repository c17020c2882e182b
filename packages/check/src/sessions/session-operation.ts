import type { ClientId } from '../history/operation.ts'
import type { Value } from '../history/value.ts'
import { showValue } from '../history/value.ts'

/** What a session asks of a coordination service, or is told by it. */
export type SessionInput =
  /** Of local state. With `watch`, the session is to be told once when the key changes. */
  | { readonly op: 'read'; readonly key: string; readonly watch?: boolean }
  | { readonly op: 'write'; readonly key: string; readonly value: Value }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'cas'; readonly key: string; readonly from: Value; readonly to: Value }
  /** What the session asks later sees everything that was acknowledged to anyone before this was called. */
  | { readonly op: 'sync' }
  /** Not asked: the session is told that a key which it watched has changed. Call and return are that moment. */
  | { readonly op: 'event'; readonly key: string }

/** One operation of a session, as its client saw it. */
export interface SessionOperation {
  readonly session: ClientId
  readonly input: SessionInput
  /** What it answered: a read its value (`null`: absent), a cas or delete whether it was done. */
  readonly output: Value | undefined
  /** The transaction that it made, or the last one that it reflects; `undefined` when that was not recorded. */
  readonly zxid?: number | undefined
  readonly call: number
  /** `Infinity` when it never answered. */
  readonly return: number
  /** Where it stands in its file, from 1. */
  readonly line?: number
}

/** True for what changed something, if it answered, or would. */
export function isWrite({ input, output }: SessionOperation): boolean {
  return input.op === 'write' || ((input.op === 'cas' || input.op === 'delete') && output !== false)
}

/** True for a read, and for a write that found that there was nothing to do. */
export function isRead({ input, output }: SessionOperation): boolean {
  return input.op === 'read' || ((input.op === 'cas' || input.op === 'delete') && output === false)
}

/** True for what answered. */
export function isAnswered(operation: SessionOperation): boolean {
  return operation.return < Infinity
}

/** The key of a read, write or event. */
export function keyOf({ input }: SessionOperation): string | undefined {
  return input.op === 'sync' ? undefined : input.key
}

/** An operation in words: who, what, the transaction, and from when to when. */
export function describeSessionOperation(operation: SessionOperation): string {
  const { session, zxid, call, line } = operation
  const at = zxid === undefined ? '' : ` at zxid ${zxid}`
  const end = isAnswered(operation) ? `to ${operation.return}` : 'never answered'
  const where = line === undefined ? '' : `, line ${line}`
  const times = operation.input.op === 'event' ? `at ${call}` : `from ${call} ${end}`
  return `session ${session}  ${describeInput(operation)}${at}  (${times}${where})`
}

/** What was asked and answered, in words. */
export function describeInput({ input, output }: SessionOperation): string {
  switch (input.op) {
    case 'read':
      return `read ${input.key}${input.watch === true ? ' with a watch' : ''}: ${showValue(output)}`
    case 'write':
      return `write ${showValue(input.value)} to ${input.key}`
    case 'delete':
      return `delete ${input.key}${output === false ? ': was absent' : ''}`
    case 'cas': {
      const outcome = output === undefined ? 'unknown' : output === false ? 'refused' : 'done'
      return `cas ${input.key} ${showValue(input.from)} to ${showValue(input.to)}: ${outcome}`
    }
    case 'sync':
      return 'sync'
    case 'event':
      return `event of ${input.key}`
  }
}
