import { type MultiPaxosOptions, type UnsafePaxosRules, multiPaxos } from '@quorate/paxos'
import type { Mutant } from './mutant.ts'
import {
  aloneWithCrashes,
  crashedLeaders,
  cutOffAndSlow,
  deafLeaders,
  pausedLeaders,
  slowDisksAndCrashes,
  stalledLeaders,
} from './weather.ts'

/** Values go one by one: so that a leader dies with some of them sent. */
const oneByOne: MultiPaxosOptions = { maxBatchBytes: 1, maxInflightMessages: 1 }

type Case = Omit<Mutant, 'engine' | 'right' | 'rule'>

function mutant(rule: keyof UnsafePaxosRules, rest: Case, options: MultiPaxosOptions = {}): Mutant {
  return {
    rule,
    engine: multiPaxos({ ...options, unsafe: { [rule]: true } }),
    right: multiPaxos(options),
    ...rest,
  }
}

/** Rules of Multi-Paxos that the simulator finds broken. The others are in `multi-paxos-scripted.test.ts`. */
export const multiPaxosMutants: readonly Mutant[] = [
  mutant('quorumMinusOne', { weather: slowDisksAndCrashes, budget: 10, breaks: ['learn-chosen'] }),
  mutant('promiseBeforeDurable', {
    weather: slowDisksAndCrashes,
    budget: 100,
    breaks: ['safe-proposal', 'keep-chosen', 'paxos A1'],
  }),
  mutant('persistNoPromise', { weather: slowDisksAndCrashes, budget: 10, breaks: ['paxos A1', 'paxos R2'] }),
  mutant('acceptBeforeDurable', { weather: slowDisksAndCrashes, budget: 10, breaks: ['learn-chosen'] }),
  mutant('ignoreAccepted', { weather: crashedLeaders, budget: 10, breaks: ['keep-chosen', 'safe-proposal'] }),
  mutant(
    'takeLowestBallot',
    { weather: slowDisksAndCrashes, budget: 60, breaks: ['keep-chosen', 'safe-proposal'] },
    oneByOne,
  ),
  mutant('reuseBallot', { weather: aloneWithCrashes, budget: 10, breaks: ['one-proposal'] }),
  mutant('acceptBelowPromise', { weather: pausedLeaders, budget: 10, breaks: ['paxos A2'] }),
  mutant('trustAnyAccepted', { weather: cutOffAndSlow, budget: 30, breaks: ['learn-chosen'] }),
  mutant('skipReadConfirmation', { weather: pausedLeaders, budget: 20, breaks: ['fresh-reads'] }),
  mutant('skipReadGate', { weather: slowDisksAndCrashes, budget: 20, breaks: ['fresh-reads'] }),
  mutant('leadWithoutQuorum', { code: 'C4', weather: deafLeaders, budget: 10, breaks: ['liveness'] }),
  mutant('ignoreStalledDisk', { code: 'L17', weather: stalledLeaders, budget: 10, breaks: ['liveness'] }),
]
