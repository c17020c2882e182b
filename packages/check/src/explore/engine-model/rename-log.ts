import {
  decodeMembership,
  encodeMembership,
  type Entry,
  type Membership,
  type NodeId,
  type QuorumSystem,
  type SnapshotMeta,
} from '@quorate/core'

/** Gives a replica its new id. */
export type Rename = (node: NodeId) => NodeId

/** An entry with every replica's id replaced. */
export function renameEntry(entry: Entry, rename: Rename): Entry {
  const { request, kind, data } = entry
  return {
    ...entry,
    request: request === undefined ? undefined : { ...request, replica: rename(request.replica) },
    data: kind === 'membership' ? encodeMembership(renameMembership(decodeMembership(data), rename)) : data,
    encoded: undefined,
  }
}

/** A snapshot's description with every replica's id replaced. */
export function renameMeta(meta: SnapshotMeta, rename: Rename): SnapshotMeta {
  return { ...meta, membership: renameMembership(meta.membership, rename) }
}

function renameMembership(membership: Membership, rename: Rename): Membership {
  return {
    quorums: renameQuorums(membership.quorums, rename),
    observers: renameAll(membership.observers, rename),
  }
}

function renameQuorums(system: QuorumSystem, rename: Rename): QuorumSystem {
  if (system.type === 'majority') return { type: 'majority', voters: renameAll(system.voters, rename) }
  return { type: 'joint', old: renameQuorums(system.old, rename), next: renameQuorums(system.next, rename) }
}

function renameAll(nodes: readonly NodeId[], rename: Rename): readonly NodeId[] {
  return nodes.map(rename).sort((a, b) => a - b)
}
