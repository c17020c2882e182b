import type { DeleteRangeCommand } from '../api/commands.ts'
import type { KeyValue } from '../api/key-value.ts'
import type { DeleteRangeResult } from '../api/results.ts'
import type { Store } from '../store/store.ts'
import type { KeyHistory } from '../store/version.ts'
import type { WriteTxn } from '../store/write-txn.ts'
import { visitLive } from './range.ts'

/** Deletes what exists of a range whose key is not empty, in key order. */
export function deleteRange(store: Store, txn: WriteTxn, command: DeleteRangeCommand): DeleteRangeResult {
  const { key, rangeEnd } = command
  const doomed: KeyHistory[] = []
  // Collected first: the index must not change while it is walked.
  const deleted = visitLive(store, { key, rangeEnd }, (history) => doomed.push(history))
  const prevKvs: KeyValue[] = []
  for (const history of doomed) {
    const prev = txn.delete(history)
    if (command.prevKv === true) prevKvs.push(prev)
  }
  return { type: 'deleteRange', revision: txn.revision, deleted, prevKvs }
}
