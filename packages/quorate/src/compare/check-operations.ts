import { type KvInput, type Operation, type Value, checkWithWitness, explain, kv } from '@quorate/check'
import type { OperationRecord } from '../load/operation-record.ts'

/** The verdict on a run's history. */
export interface HistoryVerdict {
  readonly linearizable: 'yes' | 'no' | 'unknown'
  readonly operations: number
  readonly explanation: readonly string[]
}

/** Checks what clients saw against a key-value store. The log indexes that replicas report are hints, not believed. */
export function checkOperations(records: readonly OperationRecord[]): HistoryVerdict {
  const model = kv()
  const operations = records.map(toOperation)
  const result = checkWithWitness(model, operations)
  const verdicts = { linearizable: 'yes', 'not linearizable': 'no', unknown: 'unknown' } as const
  return {
    linearizable: verdicts[result.verdict],
    operations: operations.length,
    explanation: result.verdict === 'linearizable' ? [] : explain(model, result),
  }
}

function toOperation(record: OperationRecord): Operation<KvInput, Value> {
  const { client, call, operation, index } = record
  const output = outputOf(record)
  const reads = operation.op === 'get' || output === false
  const base = { client, input: inputOf(record), output, call, return: record.return }
  return index === 0 ? base : { ...base, witness: { index, read: reads } }
}

function inputOf({ operation, expected }: OperationRecord): KvInput {
  if (operation.op !== 'cas') return operation
  const from = operation.expected === undefined ? expected : operation.expected
  // A cas that did not say what it compares with and was never answered may have written whatever was there.
  if (from === undefined) return { op: 'put', key: operation.key, value: operation.value }
  return { op: 'cas', key: operation.key, from, to: operation.value }
}

function outputOf({ operation, value, succeeded, ...record }: OperationRecord): Value | undefined {
  if (record.return === Infinity) return undefined
  if (operation.op === 'get') return value
  return operation.op === 'cas' ? succeeded : undefined
}
