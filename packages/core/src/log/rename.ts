import { decodeMembership, encodeMembership } from '../membership/membership-codec.ts'
import { type Rename, renameMembership } from '../membership/rename.ts'
import type { Entry } from './entry.ts'
import type { SnapshotMeta } from './storage-operation.ts'

/** An entry with every replica's id replaced: who waits for it, and the membership in it. */
export function renameEntry(entry: Entry, rename: Rename): Entry {
  const { request, kind, data } = entry
  if (request === undefined && kind !== 'membership') return entry
  return {
    ...entry,
    request: request === undefined ? undefined : { ...request, replica: rename(request.replica) },
    data: kind === 'membership' ? encodeMembership(renameMembership(decodeMembership(data), rename)) : data,
    // The kept encoding names replicas, too.
    encoded: undefined,
  }
}

/** A snapshot's description with every replica's id replaced. */
export function renameMeta(meta: SnapshotMeta, rename: Rename): SnapshotMeta {
  return { ...meta, membership: renameMembership(meta.membership, rename) }
}
