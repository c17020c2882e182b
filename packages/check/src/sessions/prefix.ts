import type { Operation } from '../history/operation.ts'
import type { Value } from '../history/value.ts'
import { checkWithWitness } from '../linearizability/linearizability.ts'
import type { KvInput } from '../models/kv-model.ts'
import { kv } from '../models/kv-model.ts'
import { impossible } from '../models/model.ts'
import type { Acknowledged } from './acknowledged.ts'
import type { SessionOperation } from './session-operation.ts'
import { describeInput, isAnswered, isRead, isWrite } from './session-operation.ts'
import type { SessionViolation } from './session-violation.ts'

/** What is said of one key. */
export interface PrefixDecision {
  readonly violation?: SessionViolation
  /** True when writes that never answered may explain what is wrong, or may not. */
  readonly undecided?: boolean
}

const model = kv()

/**
 * Each answer about one key is that of the state which all transactions up to its zxid make.
 *
 * The answered operations, all with a zxid, are replayed in that order. If one does not fit, a write that never
 * answered may explain it: where these go is then searched as for linearizability, with zxids for times.
 */
export function checkPrefix(
  operations: readonly SessionOperation[],
  acknowledged: Acknowledged,
  steps: number,
): PrefixDecision {
  const answered = operations.filter(isAnswered).sort(byZxid)
  const misfit = firstMisfit(answered)
  if (misfit === undefined) return {}
  const pending = operations.filter((operation) => !isAnswered(operation) && isWrite(operation))
  if (pending.length > 0) {
    const placed = [...answered.map(atZxid), ...pending.map((write) => anywhereAfter(write, acknowledged))]
    const { verdict } = checkWithWitness(model, placed, { steps })
    if (verdict === 'linearizable') return {}
    if (verdict === 'unknown') return { undecided: true }
  }
  return { violation: violationOf(misfit, pending.length) }
}

interface Misfit {
  readonly operation: SessionOperation
  readonly lastWrite: SessionOperation | undefined
}

function firstMisfit(operations: readonly SessionOperation[]): Misfit | undefined {
  let state = model.initial()
  let lastWrite: SessionOperation | undefined
  for (const operation of operations) {
    const after = model.step(state, inputOf(operation), operation.output)
    if (after === impossible) return { operation, lastWrite }
    state = after
    if (isWrite(operation)) lastWrite = operation
  }
  return undefined
}

function violationOf({ operation, lastWrite }: Misfit, pending: number): SessionViolation {
  const parts = [operation, 'does not follow from the last transaction on the key, up to its zxid:']
  const unexplained = `and none of the ${pending} writes that never answered explains it`
  return {
    name: 'wrong-answer',
    parts: [...parts, lastWrite ?? '  none: the key was absent', ...(pending > 0 ? [unexplained] : [])],
  }
}

/** Writes first, as an answer reflects the transaction that it names. */
function byZxid(a: SessionOperation, b: SessionOperation): number {
  return a.zxid! - b.zxid! || Number(isRead(a)) - Number(isRead(b)) || a.call - b.call
}

/** A moment on a clock that shows zxids: writes at the number itself, what only reads half a tick later. */
function atZxid(operation: SessionOperation): Operation<KvInput, Value> {
  const moment = operation.zxid! + (isRead(operation) ? 0.5 : 0)
  const { session, output } = operation
  return { client: session, input: inputOf(operation), output, call: moment, return: moment }
}

/** After everything that was known when it was called. */
function anywhereAfter(write: SessionOperation, acknowledged: Acknowledged): Operation<KvInput, Value> {
  const known = acknowledged.before(write.call)?.zxid ?? -1
  const { session, output } = write
  return { client: session, input: inputOf(write), output, call: known + 0.75, return: Infinity }
}

/** The operation on a key-value store. */
export function inputOf(operation: SessionOperation): KvInput {
  const { input } = operation
  switch (input.op) {
    case 'read':
      return { op: 'get', key: input.key }
    case 'write':
      return { op: 'put', key: input.key, value: input.value }
    case 'delete':
    case 'cas':
      return input
    case 'sync':
    case 'event':
      throw new TypeError(`${describeInput(operation)} has no state`)
  }
}
