import { assert, createReadBack, votersOf } from '@quorate/core'
import { type Vote, voteOf } from '../election/vote.ts'
import type { Zab } from '../node.ts'
import { trace } from '../trace.ts'
import { admitLearner } from './admit-learner.ts'

/** Ends the election as a prospective leader. Zab (DSN 2011), section 5: UpdateLeader, then phase 1 as leader. */
export function becomeLeading(zab: Zab, vote: Vote): void {
  const { state, options, out } = zab
  assert(state.election !== undefined && vote.leader === state.self, 'a looking replica leads itself', {
    state: state.state,
    leader: vote.leader,
  })
  const { waiting } = state.election
  state.election = undefined
  state.state = 'LEADING'
  state.vote = voteOf(vote)
  const away = votersOf(state.membership).filter((voter) => voter !== state.self && !state.links.has(voter))
  state.leadership = {
    phase: 'DISCOVERY',
    epoch: 0,
    promisePersist: 0,
    adoptionPersist: 0,
    learners: [],
    lost: new Set(away),
    patience: options.initLimit,
    hasDoubters: false,
    uncommittedBytes: 0,
    change: undefined,
    settled: undefined,
    settledTick: 0,
    ticks: 0,
    readBack: createReadBack(),
    relayed: [],
    ownReads: [],
    remoteReads: [],
    readRound: 0,
    pendingReads: [],
  }
  out.cancelTimer('finalize')
  out.cancelTimer('notification')
  trace(zab, 'UpdateLeader', 'Zab (DSN 2011), section 4; Zab.tla', { round: state.round })
  for (const learner of waiting) admitLearner(zab, state.leadership, learner)
}
