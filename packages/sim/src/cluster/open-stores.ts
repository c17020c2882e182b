import type { Disk, LogStore, NodeId, SnapshotStore } from '@quorate/core'
import { type StoreIdentity, openLogStore, openSnapshotStore } from '@quorate/replica'
import type { ClusterSettings } from './cluster-settings.ts'

/** A replica's stores, open. */
export interface OpenStores {
  readonly logStore: LogStore
  readonly snapshotStore: SnapshotStore
}

/** Opens a replica's stores on its disk: the very stores that run in production. */
export function openStores(
  disk: Disk,
  node: NodeId,
  settings: ClusterSettings,
  done: (stores: OpenStores | undefined, error: Error | undefined) => void,
): void {
  const { engine, machine } = settings
  const identity: StoreIdentity = {
    cluster: 'simulated',
    engine: engine.name,
    machine: { name: machine.name, version: machine.version },
    node,
  }
  const options = { ...settings.logStore, location: `node-${node}` }
  openLogStore(disk, identity, options, (logStore, error) => {
    if (logStore === undefined) return done(undefined, error)
    openSnapshotStore(disk, identity, options, (snapshotStore, problem) => {
      if (snapshotStore === undefined) done(undefined, problem)
      else done({ logStore, snapshotStore }, undefined)
    })
  })
}
