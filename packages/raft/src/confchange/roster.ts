import { type Membership, membershipOf, type NodeId, type QuorumSystem } from '@quorate/core'

/**
 * Who takes part, as changes see it: sets of nodes, sorted, without quorum systems. While `outgoing` is there the roster
 * is joint: what is decided takes a majority of `voters` and one of `outgoing` (Raft, extended, §6).
 */
export interface Roster {
  readonly voters: readonly NodeId[]
  /** The voters from before the change under way. */
  readonly outgoing: readonly NodeId[] | undefined
  readonly learners: readonly NodeId[]
  /** Outgoing voters that become learners when the joint roster is left: until then they vote (M8). */
  readonly learnersNext: readonly NodeId[]
  /** Is the joint roster to be left without being asked to, as soon as it is committed? */
  readonly autoLeave: boolean
}

export const emptyRoster: Roster = {
  voters: [],
  outgoing: undefined,
  learners: [],
  learnersNext: [],
  autoLeave: false,
}

/** Sorted, each once. */
export function nodeList(nodes: Iterable<NodeId>): readonly NodeId[] {
  return [...new Set(nodes)].sort((a, b) => a - b)
}

/** Everybody whom a leader replicates to. */
export function participantsOf({ voters, outgoing = [], learners }: Roster): readonly NodeId[] {
  return nodeList([...voters, ...outgoing, ...learners])
}

/**
 * The membership with the quorums of a roster: majorities, of both sets of voters while it is joint. A joint one says who
 * observes when it is left, as every joint membership in a log does.
 */
export function membershipOfRoster({ voters, outgoing, learners, learnersNext }: Roster): Membership {
  const next: QuorumSystem = { type: 'majority', voters }
  if (outgoing === undefined) return membershipOf(next, learners)
  const quorums = { type: 'joint', old: { type: 'majority', voters: outgoing }, next } as const
  return { ...membershipOf(quorums, learners), nextObservers: nodeList([...learners, ...learnersNext]) }
}
