import { type Configuration, type NodeId, type QuorumSystem, isQuorum } from '@quorate/core'

/**
 * Who makes up the core of the liveness phase: replicas whose data is good, those of `order` first and in its order,
 * until they are a quorum, and `extra` more. Undefined if they are none.
 */
export function chooseCore(
  good: readonly NodeId[],
  quorums: QuorumSystem,
  order: readonly NodeId[],
  extra: number,
): readonly NodeId[] | undefined {
  const preferred = order.filter((node) => good.includes(node))
  const candidates = [...new Set([...preferred, ...good])]
  for (let count = 1; count <= candidates.length; count++) {
    const core = candidates.slice(0, count)
    if (!isQuorum(quorums, (voter) => core.includes(voter))) continue
    return candidates.slice(0, count + extra).sort((a, b) => a - b)
  }
  return undefined
}

/** Quorums of every one of these memberships at once. */
export function quorumsOfAll(memberships: readonly Configuration[]): QuorumSystem {
  return memberships.map(({ quorums }) => quorums).reduce((old, next) => ({ type: 'joint', old, next }))
}
