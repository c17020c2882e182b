import { type RaftOptions, type UnsafeRaftRules, raft } from '@quorate/raft'
import type { Mutant } from './mutant.ts'
import {
  aloneWithCrashes,
  crashedLeaders,
  pausedLeaders,
  quickRestarts,
  repeatsAndSnapshots,
  slowDisksAndCrashes,
} from './weather.ts'

/** Entries go one by one: so that a leader dies with some of them sent. */
const oneByOne: RaftOptions = { maxBatchBytes: 1, maxInflightMessages: 1 }
const withoutPreVote: RaftOptions = { preVote: false, checkQuorum: false }

type Case = Omit<Mutant, 'engine' | 'right' | 'rule'>

function mutant(rule: keyof UnsafeRaftRules, rest: Case, options: RaftOptions = {}): Mutant {
  return { rule, engine: raft({ ...options, unsafe: { [rule]: true } }), right: raft(options), ...rest }
}

/** Rules of Raft that the simulator finds broken. The others are in `raft-scripted.test.ts`. */
export const raftMutants: readonly Mutant[] = [
  mutant('countSelfVoteBeforeDurable', {
    code: 'V2',
    weather: slowDisksAndCrashes,
    budget: 100,
    breaks: ['one-sequencer', 'one-proposal'],
  }),
  mutant(
    'persistNoVote',
    { code: 'V4', weather: quickRestarts, budget: 200, breaks: ['election-safety', 'one-sequencer'] },
    withoutPreVote,
  ),
  mutant(
    'commitOldTerms',
    { code: 'V5', weather: crashedLeaders, budget: 100, breaks: ['learn-chosen'] },
    oneByOne,
  ),
  mutant('ackBeforeDurable', { weather: slowDisksAndCrashes, budget: 10, breaks: ['learn-chosen'] }),
  mutant('skipReadConfirmation', { weather: pausedLeaders, budget: 10, breaks: ['fresh-reads'] }),
  mutant('skipOwnTermReadGate', {
    code: 'R1',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['fresh-reads'],
  }),
  mutant('unsortedQuorumScan', {
    code: 'L10',
    weather: slowDisksAndCrashes,
    budget: 10,
    breaks: ['learn-chosen'],
  }),
  mutant(
    'purgedPrevIsConflict',
    { code: 'L5', weather: repeatsAndSnapshots, budget: 50, breaks: ['assertion'] },
    { compactionTail: 2 },
  ),
  mutant('trustOvertakenWrites', {
    code: 'P6',
    weather: slowDisksAndCrashes,
    budget: 100,
    breaks: ['learn-chosen'],
  }),
  mutant('commitAloneBeforeDurable', {
    code: 'L16',
    weather: aloneWithCrashes,
    budget: 10,
    breaks: ['learn-chosen'],
  }),
]
