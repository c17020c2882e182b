import type { Logger, SnapshotStore } from '@quorate/core'
import { openLogStore, openSnapshotStore } from '@quorate/replica'
import type { DurableLogStore, StoreIdentity } from '@quorate/replica'
import { nodeDisk } from './node-disk.ts'
import type { NodeDisk } from './node-disk.ts'

export interface NodeStorageOptions {
  /** How far a log file is filled before the next one is begun, bytes. Default: 64 MiB. */
  readonly segmentBytes?: number
  /** Fill log files with zeros ahead of time, so that syncs are cheaper? Default: true. */
  readonly preallocate?: boolean
  readonly logger?: Logger
}

/** One replica's data directory, open. */
export interface NodeStorage {
  readonly disk: NodeDisk
  readonly log: DurableLogStore
  readonly snapshots: SnapshotStore
  /** Closes both stores after what is under way, and unlocks the directory. */
  close(): Promise<void>
}

/**
 * Opens the log and the snapshots of one replica in one directory.
 *
 * Rejects with a `QuorateError` in one line: `STORAGE` (the directory cannot be used, or is in use), `WRONG_CLUSTER`,
 * `NEWER_VERSION`, `CORRUPT_LOG`. The data is then as it was.
 */
export async function openNodeStorage(
  directory: string,
  identity: StoreIdentity,
  options: NodeStorageOptions = {},
): Promise<NodeStorage> {
  const disk = nodeDisk(directory)
  const common = {
    location: disk.directory,
    ...(options.logger === undefined ? {} : { logger: options.logger }),
  }
  try {
    const snapshots = await opened<SnapshotStore>((done) => openSnapshotStore(disk, identity, common, done))
    const log = await opened<DurableLogStore>((done) =>
      openLogStore(
        disk,
        identity,
        {
          ...common,
          snapshots,
          ...(options.segmentBytes === undefined ? {} : { segmentBytes: options.segmentBytes }),
          ...(options.preallocate === undefined ? {} : { preallocate: options.preallocate }),
        },
        done,
      ),
    )
    return {
      disk,
      log,
      snapshots,
      async close() {
        await Promise.all([log.close(), snapshots.close()])
        disk.close()
      },
    }
  } catch (error) {
    disk.close()
    throw error
  }
}

function opened<Store>(
  open: (done: (store: Store | undefined, error: Error | undefined) => void) => void,
): Promise<Store> {
  return new Promise((resolve, reject) => {
    open((store, error) => (store === undefined ? reject(error!) : resolve(store)))
  })
}
