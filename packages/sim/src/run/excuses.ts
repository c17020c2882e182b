import { type NodeId, isQuorum, isReplicationQuorum, isVoter } from '@quorate/core'
import type { SimCluster } from '../cluster/sim-cluster.ts'

/**
 * Why a core that is healthy in itself may yet stand still, because of replicas outside of it that are frozen in a
 * state which the protocol is known not to cope with.
 * - `outside-leader`: an established leader outside the core reaches a quorum that can decide, both ways, so that nobody may depose it;
 *   and some replica of the core cannot reach it, or be reached. (Raft, Zab and Multi-Paxos alike: who cannot reach
 *   the leader is not served until it can.)
 * - `other-members`: a change of membership that was under way was decided meanwhile, and the core is no quorum of some
 *   membership that must have one.
 * - `one-way`: a replica outside the core, running, is heard by some of it and hears none of it. An engine without
 *   PreVote and CheckQuorum (Raft's dissertation, 4.2.3 and 9.6) lets it disturb every leader with ever higher terms,
 *   or, if it leads, keep everybody from electing another.
 * - `logged-members`: some voter in the core has a membership in its log of which the core is no quorum. In Raft (extended,
 *   §6), and in Zab as it is here, it counts there, decided or not: that replica cannot win, and with the longest log it lets nobody else win.
 */
export type ExcuseName = 'outside-leader' | 'other-members' | 'one-way' | 'logged-members'

/** How often each excuse was taken. */
export type ExcuseCounts = Readonly<Partial<Record<ExcuseName, number>>>

/** Those that hold for every engine. An engine's own are handed in by the caller, who knows its options. */
const general: readonly ExcuseName[] = ['outside-leader', 'other-members']

const holds: Readonly<Record<ExcuseName, (cluster: SimCluster, core: readonly NodeId[]) => boolean>> = {
  'outside-leader': (cluster, core) => {
    const { leader } = cluster
    if (leader === undefined || core.includes(leader) || !isAwake(cluster, leader)) return false
    const { quorums } = cluster.membership
    const reaches = (node: NodeId): boolean => node === leader || isLinked(cluster, leader, node)
    const isServed = (node: NodeId): boolean => reaches(node) && isAwake(cluster, node)
    return isReplicationQuorum(quorums, isServed) && !core.every(reaches)
  },
  'other-members': ({ deciders }, core) =>
    !deciders.decidedOnes.every(({ quorums }) => isQuorum(quorums, (voter) => core.includes(voter))),
  'one-way': (cluster, core) =>
    outsiders(cluster, core).some((node) => {
      const { network } = cluster
      const isHeard = core.some((member) => !network.isCut(node, member))
      return isHeard && core.every((member) => network.isCut(member, node))
    }),
  'logged-members': (cluster, core) =>
    core.some((node) => {
      const view = cluster.node(node).process?.view
      if (view === undefined || !isVoter(cluster.membership, node)) return false
      return !isQuorum(view.membership.quorums, (voter) => core.includes(voter))
    }),
}

/** The first excuse that the cluster has now, if it has one. `more`: the engine's own. */
export function findExcuse(
  cluster: SimCluster,
  core: readonly NodeId[],
  more: readonly ExcuseName[],
): ExcuseName | undefined {
  return [...general, ...more].find((name) => holds[name](cluster, core))
}

/** Those outside the core that run. */
function outsiders(cluster: SimCluster, core: readonly NodeId[]): NodeId[] {
  return [...cluster.nodes.keys()].filter((node) => !core.includes(node) && isAwake(cluster, node))
}

function isAwake(cluster: SimCluster, node: NodeId): boolean {
  const { process } = cluster.node(node)
  return process?.isRunning === true && process.deferred === undefined
}

/** Does what either of them sends arrive? */
function isLinked(cluster: SimCluster, a: NodeId, b: NodeId): boolean {
  return !cluster.network.isCut(a, b) && !cluster.network.isCut(b, a)
}
