import { QuorateError } from '../../errors.ts'
import type { NodeId } from '../../ids.ts'
import { isElectionQuorum, isReplicationQuorum } from '../quorum.ts'
import { type QuorumSystem, votersIn } from '../quorum-system.ts'
import { sortedNodes } from '../sorted-nodes.ts'

/** The quorums of a system, written out. A set that contains one of them is a quorum, too. */
export interface QuorumSets {
  readonly election: readonly (readonly NodeId[])[]
  readonly replication: readonly (readonly NodeId[])[]
}

/** What can be analysed: a system, or its quorums written out. */
export type AnyQuorums = QuorumSystem | QuorumSets

/** Sets of voters are gone through one by one: 2 to this power. */
export const mostVoters = 16

/** For every set of voters whether it is a quorum. A set is a number: voter `voters[i]` is in it if bit `i` is set. */
export interface QuorumTable {
  readonly voters: readonly NodeId[]
  readonly election: Uint8Array
  readonly replication: Uint8Array
}

/**
 * Goes through all sets of voters.
 *
 * @throws QuorateError `USAGE` if there are no voters, or more than {@link mostVoters}
 */
export function tabulate(quorums: AnyQuorums): QuorumTable {
  const voters =
    'type' in quorums ? votersIn(quorums) : sortedNodes([...quorums.election, ...quorums.replication].flat())
  if (voters.length === 0)
    throw new QuorateError('USAGE', 'a quorum system without voters cannot be analysed')
  if (voters.length > mostVoters) {
    const message = `quorums of ${voters.length} voters cannot be analysed: all sets are gone through, of ${mostVoters} at most`
    throw new QuorateError('USAGE', message)
  }
  if ('type' in quorums) {
    return {
      voters,
      election: mark(voters, (has) => isElectionQuorum(quorums, has)),
      replication: mark(voters, (has) => isReplicationQuorum(quorums, has)),
    }
  }
  return {
    voters,
    election: mark(voters, (has) => quorums.election.some((quorum) => quorum.every(has))),
    replication: mark(voters, (has) => quorums.replication.some((quorum) => quorum.every(has))),
  }
}

function mark(voters: readonly NodeId[], isQuorum: (has: (voter: NodeId) => boolean) => boolean): Uint8Array {
  const bits = new Map(voters.map((voter, i) => [voter, 1 << i]))
  const marks = new Uint8Array(1 << voters.length)
  for (let set = 0; set < marks.length; set++) {
    marks[set] = isQuorum((voter) => (set & bits.get(voter)!) !== 0) ? 1 : 0
  }
  return marks
}

/** Which sets are quorums still after any `failures` of their voters have failed. */
export function withstand(marks: Uint8Array, failures: number): Uint8Array {
  let current = marks
  for (let i = 0; i < failures; i++) {
    const before = current
    // The empty set has none to lose, so it withstands nothing.
    current = before.map((_, set) => (set > 0 && everySmaller(set, (less) => before[less] === 1) ? 1 : 0))
  }
  return current
}

/** The quorums that lose it with any voter less. */
export function minimal(voters: readonly NodeId[], marks: Uint8Array): readonly (readonly NodeId[])[] {
  const found: (readonly NodeId[])[] = []
  for (let set = 0; set < marks.length; set++) {
    if (marks[set] !== 1 || !everySmaller(set, (less) => marks[less] === 0)) continue
    found.push(voters.filter((_, i) => (set & (1 << i)) !== 0))
  }
  return found
}

/** Does it hold of every set that has one voter less? */
function everySmaller(set: number, holds: (less: number) => boolean): boolean {
  for (let rest = set; rest !== 0; rest &= rest - 1) {
    if (!holds(set & ~(rest & -rest))) return false
  }
  return true
}
