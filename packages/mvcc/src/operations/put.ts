import type { PutCommand } from '../api/commands.ts'
import type { PutResult } from '../api/results.ts'
import type { WriteTxn } from '../store/write-txn.ts'

/** Puts a key that is not empty. */
export function put(txn: WriteTxn, command: PutCommand): PutResult {
  const prev = txn.put(command.key, command.value)
  return { type: 'put', revision: txn.revision, prevKv: command.prevKv === true ? prev : undefined }
}
