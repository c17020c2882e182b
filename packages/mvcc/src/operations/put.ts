import type { PutCommand } from '../api/commands.ts'
import type { PutResult } from '../api/results.ts'
import type { WriteTxn } from '../store/write-txn.ts'

/** Puts a key that is not empty. */
export function put(txn: WriteTxn, command: PutCommand): PutResult {
  const prevKv = txn.put(command.key, command.value, command.prevKv === true)
  return { type: 'put', revision: txn.revision, prevKv }
}
