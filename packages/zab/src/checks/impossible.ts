import type { TraceEvent } from '@quorate/core'

/** ZkV3_7_0.tla's checks within actions: its branches that are never to be taken, in five kinds. */
export const actionChecks = [
  'stateInconsistent',
  'proposalInconsistent',
  'commitInconsistent',
  'ackInconsistent',
  'messageIllegal',
] as const

export type ActionCheck = (typeof actionChecks)[number]

/**
 * Decisions that no run comes to on links that keep order, where every message names its connection: there it belongs to
 * what its sender knew when it sent, and what that said before has come. What is said on earlier connections, or by
 * those who changed their minds, is legal, and so is what was malformed from the start: nobody here sent it.
 */
const impossibleMarks: Readonly<Record<string, ActionCheck>> = {
  'looking.history-mismatch': 'proposalInconsistent',
  'looking.proposal-not-next': 'proposalInconsistent',
  'looking.below-commit': 'commitInconsistent',
  'looking.commit-not-held': 'commitInconsistent',
  'learner-dropped.ack-unknown': 'ackInconsistent',
  'FilterNonexistentMessage.other-epoch': 'messageIllegal',
  'FilterNonexistentMessage.not-asked-for': 'messageIllegal',
}

/** What a message of the present connection in the wrong phase breaks. */
const outOfPhase: Readonly<Record<string, ActionCheck>> = {
  LEADERINFO: 'stateInconsistent',
  ACKEPOCH: 'stateInconsistent',
  DIFF: 'stateInconsistent',
  TRUNC: 'stateInconsistent',
  SNAP: 'stateInconsistent',
  NEWLEADER: 'stateInconsistent',
  UPTODATE: 'stateInconsistent',
  PROPOSAL: 'proposalInconsistent',
  INFORM: 'proposalInconsistent',
  COMMIT: 'commitInconsistent',
  ACK: 'ackInconsistent',
  REQUEST: 'messageIllegal',
  READ: 'messageIllegal',
}

/**
 * The check that a decision breaks, if it is one that cannot be come to. `rolesChange`: the membership has changed, so a
 * message may rightly find its receiver in another role than its sender knew it in.
 */
export function impossible({ name, detail }: TraceEvent, rolesChange: boolean): ActionCheck | undefined {
  if (name === 'FilterNonexistentMessage.wrong-phase') return outOfPhase[String(detail['type'])]
  if (name === 'FilterNonexistentMessage.wrong-role') return rolesChange ? undefined : 'messageIllegal'
  return impossibleMarks[name]
}
