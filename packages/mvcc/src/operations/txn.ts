import type { TxnCommand, TxnOperation } from '../api/commands.ts'
import type { MvccErrorCode } from '../api/errors.ts'
import type { TxnResponse, TxnResult } from '../api/results.ts'
import type { Store } from '../store/store.ts'
import type { WriteTxn } from '../store/write-txn.ts'
import { holds } from './compare.ts'
import { deleteRange } from './delete-range.ts'
import { put } from './put.ts'
import { readRange, refuseRange } from './range.ts'

/**
 * Runs a transaction that `refuseTxn` let pass. etcd: `txn/txn.go`. Everything that can fail is checked before the
 * first write, against the state before it; the steps then run in order and see each other's writes.
 */
export function runTxn(store: Store, txn: WriteTxn, command: TxnCommand): TxnResult | MvccErrorCode {
  const succeeded = command.compare.every((compare) => holds(store, compare))
  const branch = succeeded ? command.success : command.failure
  for (const operation of branch) {
    const refusal = operation.type === 'range' ? refuseRange(store, operation) : undefined
    if (refusal !== undefined) return refusal
  }
  const responses = branch.map((operation) => run(store, txn, operation))
  return { type: 'txn', revision: txn.revision, succeeded, responses }
}

function run(store: Store, txn: WriteTxn, operation: TxnOperation): TxnResponse {
  switch (operation.type) {
    case 'put':
      return put(txn, operation)
    case 'deleteRange':
      return deleteRange(store, txn, operation)
    case 'range':
      return readRange(store, operation, txn.revision)
  }
}
