import { type RaftOptions, type UnsafeRaftRules, raft } from '@quorate/raft'
import { readByLease } from '../sim/support/wrap-engine.ts'
import type { Mutant } from './mutant.ts'
import {
  aloneWithCrashes,
  crashedLeaders,
  deafLeaders,
  lateAnswers,
  leadersCutOffAndRestarts,
  oldAnswers,
  pausedLeaders,
  quickRestarts,
  repeatsAndSnapshots,
  slowDisksAndCrashes,
  stalledLeaders,
  tornReplacements,
  tornSteps,
  witnessesAndCrashes,
} from './weather.ts'

/** Entries go one by one: so that a leader dies with some of them sent. */
const oneByOne: RaftOptions = { maxBatchBytes: 1, maxInflightMessages: 1 }
const withoutPreVote: RaftOptions = { preVote: false, checkQuorum: false }

type Case = Omit<Mutant, 'engine' | 'right' | 'rule'>

function mutant(rule: keyof UnsafeRaftRules, rest: Case, options: RaftOptions = {}): Mutant {
  return { rule, engine: raft({ ...options, unsafe: { [rule]: true } }), right: raft(options), ...rest }
}

/** A rule of leases, by which all reads go, where nothing but leases keeps voters from voting. */
function leaseMutant(rule: keyof UnsafeRaftRules, leaseDuration: number, rest: Case): Mutant {
  const options: RaftOptions = {
    ...withoutPreVote,
    leaderStickiness: false,
    heartbeatInterval: 30,
    electionTimeout: { min: 100, max: 200 },
    leaseDuration,
  }
  const { engine, right, ...others } = mutant(rule, rest, options)
  return { engine: readByLease(engine), right: readByLease(right), ...others }
}

/** What shows two sides that decide apart. */
const split = ['safe-proposal', 'learn-chosen', 'leader-completeness', 'election-safety'] as const

/** Rules of Raft that the simulator finds broken. The others are in `raft-scripted*.test.ts`. */
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
  mutant('acceptOldSessions', {
    code: 'L9',
    weather: oldAnswers,
    budget: 20,
    rightSeeds: 20,
    breaks: ['agreement', 'leader-completeness'],
  }),
  mutant('leadWithoutQuorum', { code: 'C4', weather: deafLeaders, budget: 10, breaks: ['liveness'] }),
  mutant('ignoreStalledDisk', { code: 'L17', weather: stalledLeaders, budget: 10, breaks: ['liveness'] }),
  mutant('changeBeforeOwnCommit', {
    code: 'M1',
    weather: tornSteps,
    budget: 100,
    rightSeeds: 100,
    breaks: split,
  }),
  // The right engine has come through the same weather just now, with no fewer seeds.
  mutant('membershipWhenCommitted', {
    code: 'M2',
    weather: tornSteps,
    budget: 100,
    breaks: split,
  }),
  mutant('overlappingChanges', {
    code: 'M4',
    weather: tornSteps,
    budget: 30,
    breaks: split,
  }),
  mutant('leaveJointEarly', {
    code: 'M6',
    weather: tornReplacements,
    budget: 20,
    rightSeeds: 20,
    breaks: split,
  }),
  mutant('skipJoint', { weather: tornReplacements, budget: 20, breaks: split }),
  mutant('commitOnWitnesses', {
    weather: witnessesAndCrashes,
    budget: 20,
    rightSeeds: 20,
    breaks: ['liveness'],
  }),
  leaseMutant('leaseFromAnswers', 1000, {
    code: 'R7',
    weather: lateAnswers,
    budget: 40,
    rightSeeds: 40,
    breaks: ['fresh-reads'],
  }),
  leaseMutant('forgetLease', 400, {
    weather: leadersCutOffAndRestarts,
    budget: 80,
    rightSeeds: 40,
    breaks: ['fresh-reads'],
  }),
]
