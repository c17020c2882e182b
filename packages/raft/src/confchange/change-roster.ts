import { applyChanges } from './apply-changes.ts'
import type { Change } from './change.ts'
import { nodeList, type Roster } from './roster.ts'

/** Why a change cannot be made. */
export type RosterProblem =
  | 'already-joint'
  | 'no-voters-to-join'
  | 'not-joint'
  | 'simple-in-joint'
  | 'no-voters-left'
  | 'more-than-one-voter'

export type RosterResult =
  | { readonly roster: Roster; readonly problem?: undefined }
  | { readonly problem: RosterProblem; readonly roster?: undefined }

/**
 * Makes changes in one step, of which at most one makes or unmakes a voter: then every majority before meets every
 * majority after (Raft thesis §4.1).
 */
export function changeSimply(roster: Roster, changes: readonly Change[]): RosterResult {
  if (roster.outgoing !== undefined) return { problem: 'simple-in-joint' }
  const changed = applyChanges(roster, changes)
  if (changed.voters.length === 0) return { problem: 'no-voters-left' }
  return votersApart(roster, changed) > 1 ? { problem: 'more-than-one-voter' } : { roster: changed }
}

/** How many nodes vote in one of the two rosters only. */
function votersApart(a: Roster, b: Roster): number {
  const both = nodeList([...a.voters, ...b.voters])
  return both.filter((node) => a.voters.includes(node) !== b.voters.includes(node)).length
}

/**
 * Makes any changes, first of two steps: until `leaveJoint` what is decided takes majorities of the voters before and of
 * those after (Raft, extended, §6: C_old,new).
 */
export function enterJoint(roster: Roster, changes: readonly Change[], autoLeave: boolean): RosterResult {
  if (roster.outgoing !== undefined) return { problem: 'already-joint' }
  if (roster.voters.length === 0) return { problem: 'no-voters-to-join' }
  const joint = applyChanges({ ...roster, outgoing: roster.voters, autoLeave }, changes)
  return joint.voters.length === 0 ? { problem: 'no-voters-left' } : { roster: joint }
}

/** Second step: the voters before are let go of (C_new). Of those, the ones that are to be learners become so now. */
export function leaveJoint(roster: Roster): RosterResult {
  const { voters, outgoing, learners, learnersNext } = roster
  if (outgoing === undefined) return { problem: 'not-joint' }
  return {
    roster: {
      voters,
      outgoing: undefined,
      learners: nodeList([...learners, ...learnersNext]),
      learnersNext: [],
      autoLeave: false,
    },
  }
}

/** What leads from one roster, which is not joint, to another: the voters, then the learners, then who goes. */
export function changesBetween(from: Roster, to: Roster): readonly Change[] {
  const before = new Set([...from.voters, ...from.learners])
  const after = new Set([...to.voters, ...to.learners])
  return [
    ...to.voters
      .filter((node) => !from.voters.includes(node))
      .map((node): Change => ({ type: 'voter', node })),
    ...to.learners
      .filter((node) => !from.learners.includes(node))
      .map((node): Change => ({ type: 'learner', node })),
    ...nodeList(before)
      .filter((node) => !after.has(node))
      .map((node): Change => ({ type: 'remove', node })),
  ]
}
