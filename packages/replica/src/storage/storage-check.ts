import { QuorateError } from '@quorate/core'
import type { LogImage, SnapshotStore } from '@quorate/core'
import { remedy } from './storage-errors.ts'

/**
 * Refuses stores that cannot both be this replica's: a log that goes on after a snapshot which is not there, or
 * snapshots without the log that led to them. To start from either would be to forget votes or entries that others
 * rely on.
 *
 * @param image as recovered, before this opening is counted: `incarnation` 0 is a log that never was
 * @param location where the files are, for the message
 * @throws QuorateError `CORRUPT_LOG`
 */
export function checkStoresAgree(image: LogImage, snapshots: SnapshotStore, location: string): void {
  const newest = snapshots.list.at(-1)
  const base = image.base
  if (base !== undefined && (newest === undefined || newest.index < base.index)) {
    throw disagree(
      location,
      `the log starts after entry ${base.index}, and no snapshot that reaches it is there`,
    )
  }
  if (newest !== undefined && image.incarnation === 0) {
    throw disagree(location, `there is a snapshot up to entry ${newest.index}, and no log`)
  }
}

function disagree(location: string, problem: string): QuorateError {
  return new QuorateError('CORRUPT_LOG', `the data in ${location} is incomplete: ${problem}. ${remedy}`, {
    details: { location },
  })
}
