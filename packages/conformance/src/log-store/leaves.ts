import type { StorageOperation } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { withLog } from './log-session.ts'
import { checkImage, meta } from './samples.ts'
import type { LogStoreMeans, LogStoreSubject } from './subject.ts'

export type Spec = CaseSpec<LogStoreSubject, LogStoreMeans>

/** A case that makes some writes, opens the store again and compares with the reference. */
export function leaves(name: string, rule: string, type: string, ...writes: StorageOperation[][]): Spec {
  return {
    name,
    rule,
    source: `core, StorageOperation: ${type}`,
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (log) => {
        for (const operations of writes) await log.write(...operations)
        const again = await log.reopen()
        checkImage(again.image, writes.flat())
        return again
      }),
  }
}

export function truncate(index: number): StorageOperation {
  return { type: 'truncateAfter', index }
}

export function install(index: number, epoch = 1): StorageOperation {
  return { type: 'installSnapshot', meta: meta(index, epoch) }
}

export function compact(index: number, epoch = 1): StorageOperation {
  return { type: 'compactTo', meta: meta(index, epoch) }
}
