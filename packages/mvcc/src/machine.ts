import { chunkedSource } from '@quorate/codec'
import type { ApplyContext, ChangeSink, MachineDefinition, SnapshotSource, StateMachine } from '@quorate/core'
import type { MvccChange } from './api/changes.ts'
import type { MvccCommand } from './api/commands.ts'
import type { MvccError, MvccErrorCode } from './api/errors.ts'
import type { MvccQuery } from './api/queries.ts'
import type { MvccAnswer, MvccResult } from './api/results.ts'
import { mvccCodecs } from './codecs/index.ts'
import { compact } from './operations/compact.ts'
import { deleteRange } from './operations/delete-range.ts'
import { put } from './operations/put.ts'
import { readRange, refuseRange } from './operations/range.ts'
import { runTxn } from './operations/txn.ts'
import { refuseTxn } from './operations/txn-check.ts'
import { readSnapshot } from './snapshot/read-snapshot.ts'
import { freeze, writeSnapshot } from './snapshot/write-snapshot.ts'
import { Store } from './store/store.ts'
import { WriteTxn } from './store/write-txn.ts'

/** The types of an mvcc machine, applied. */
export type MvccDefinition = MachineDefinition<MvccCommand, MvccResult, MvccQuery, MvccAnswer, MvccChange>

/**
 * The multi-version key-value store: etcd's revisions, ranges, transactions and compaction.
 *
 * It makes no use of the apply context: a revision counts the commands that changed something, so it is the same on
 * every engine. A command's bytes are copied where they are kept; results and changes may be views of them.
 */
export function mvcc(): MvccDefinition {
  return { name: 'mvcc', version: 1, codecs: mvccCodecs, create: () => new MvccMachine() }
}

class MvccMachine implements StateMachine<MvccCommand, MvccResult, MvccQuery, MvccAnswer, MvccChange> {
  private store = new Store()

  apply(command: MvccCommand, _at: ApplyContext, changes: ChangeSink<MvccChange>): MvccResult {
    const outcome = this.run(command, changes)
    this.store.collect()
    return typeof outcome === 'string' ? this.refusal(outcome) : outcome
  }

  query(query: MvccQuery): MvccAnswer {
    const { store } = this
    switch (query.type) {
      case 'range': {
        const refusal = refuseRange(store, query)
        return refusal === undefined ? readRange(store, query, store.revision) : this.refusal(refusal)
      }
      case 'status': {
        const { revision, compactRevision, liveKeys } = store
        return { type: 'status', revision, compactRevision, keys: liveKeys }
      }
    }
  }

  snapshot(): SnapshotSource {
    const { store } = this
    const frozen = freeze(store)
    store.holdVersions()
    return chunkedSource(
      (writer) => writeSnapshot(writer, frozen),
      () => store.releaseVersions(),
    )
  }

  restore(chunks: Iterable<Uint8Array>): void {
    // Read to its end before anything is replaced: a broken snapshot leaves the state as it was.
    this.store = readSnapshot(chunks)
  }

  digest(): number {
    return this.store.digest()
  }

  private run(command: MvccCommand, changes: ChangeSink<MvccChange>): MvccResult | MvccErrorCode {
    const { store } = this
    if (command.type === 'compact') return compact(store, command)
    const refusal = refuse(command)
    if (refusal !== undefined) return refusal
    const txn = new WriteTxn(store, changes)
    const outcome = runWrite(store, txn, command)
    txn.end()
    return outcome
  }

  private refusal(code: MvccErrorCode): MvccError {
    const { revision, compactRevision } = this.store
    return { type: 'error', code, revision, compactRevision }
  }
}

type WriteCommand = Exclude<MvccCommand, { readonly type: 'compact' }>

function refuse(command: WriteCommand): MvccErrorCode | undefined {
  if (command.type === 'txn') return refuseTxn(command)
  return command.key.length === 0 ? 'EMPTY_KEY' : undefined
}

function runWrite(store: Store, txn: WriteTxn, command: WriteCommand): MvccResult | MvccErrorCode {
  switch (command.type) {
    case 'put':
      return put(txn, command)
    case 'deleteRange':
      return deleteRange(store, txn, command)
    case 'txn':
      return runTxn(store, txn, command)
  }
}
