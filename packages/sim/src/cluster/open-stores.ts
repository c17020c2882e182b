import type { Disk, LogStore, NodeId, SnapshotStore } from '@quorate/core'
import { type StoreIdentity, openLogStore, openSnapshotStore } from '@quorate/replica'
import type { ClusterSettings } from './cluster-settings.ts'

/** A replica's stores, open. */
export interface OpenStores {
  readonly logStore: LogStore
  readonly snapshotStore: SnapshotStore
}

/** Opens a replica's stores on its disk: the very stores that run in production. `later`: the virtual end of a turn. */
export function openStores(
  disk: Disk,
  node: NodeId,
  settings: ClusterSettings,
  later: (run: () => void) => void,
  done: (stores: OpenStores | undefined, error: Error | undefined) => void,
): void {
  const { engine, machine, storage } = settings
  const location = `node-${node}`
  const identity: StoreIdentity = {
    cluster: 'simulated',
    engine: engine.name,
    machine: { name: machine.name, version: machine.version },
    node,
  }
  const { chunkBytes, ...log } = storage ?? {}
  const snapshots = { location, ...(chunkBytes !== undefined && { chunkBytes }) }
  openSnapshotStore(disk, identity, snapshots, (snapshotStore, error) => {
    if (snapshotStore === undefined) return done(undefined, error)
    openLogStore(
      disk,
      identity,
      { ...log, later, location, snapshots: snapshotStore },
      (logStore, problem) => {
        if (logStore === undefined) done(undefined, problem)
        else done({ logStore, snapshotStore }, undefined)
      },
    )
  })
}
