import { entryAt, isVoter } from '@quorate/core'
import type { Zab } from '../node.ts'
import { latestRecord, noteCommittedMembership } from './memberships.ts'

/** Only for the unsafe rule of that kind: memberships come into force when they are known to be committed. */
export function adoptCommitted(zab: Zab): void {
  const { state, options } = zab
  if (!options.unsafe.adoptMembershipWhenCommitted) return
  for (let index = latestRecord(state).index + 1; index <= state.commitIndex; index++) {
    const entry = entryAt(state.log, index)
    if (entry?.kind === 'membership') noteCommittedMembership(zab, entry)
  }
  for (const learner of state.leadership?.learners ?? []) {
    learner.voter = isVoter(state.membership, learner.node)
  }
}
