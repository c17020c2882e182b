import { type UnsafeRules, type ZabOptions, zab } from '@quorate/zab'
import type { Mutant } from './mutant.ts'
import {
  crashedLeaders,
  cutOffAndSlow,
  pausedLeaders,
  quickRestarts,
  slowDisksAndCrashes,
  stalledLeaders,
} from './weather.ts'

/** Entries go one by one: so that a leader dies with some of them sent. */
const oneByOne: ZabOptions = { maxBatchBytes: 1, maxInFlightMessages: 1 }

type Case = Omit<Mutant, 'engine' | 'right' | 'rule'>

function mutant(rule: keyof UnsafeRules, rest: Case, options: ZabOptions = {}): Mutant {
  return { rule, engine: zab({ ...options, unsafe: { [rule]: true } }), right: zab(options), ...rest }
}

/**
 * Rules of Zab that the simulator finds broken. The others are in `zab-scripted.test.ts`, or are known bugs of ZooKeeper's
 * that take a schedule of their own: `packages/zab/test/known-bugs`.
 */
export const zabMutants: readonly Mutant[] = [
  mutant('ackNewLeaderBeforeDurable', {
    code: 'ZOOKEEPER-3911',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['learn-chosen'],
  }),
  mutant('currentEpochBeforeHistory', {
    code: 'ZOOKEEPER-4643',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['accept-proposed', 'safe-proposal'],
  }),
  mutant('reportCommittedZxid', {
    code: 'ZOOKEEPER-2845',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['accept-proposed', 'safe-proposal'],
  }),
  mutant('skipQuorumOnReads', { weather: pausedLeaders, budget: 10, breaks: ['fresh-reads'] }),
  mutant('ackBeforeDurable', { weather: slowDisksAndCrashes, budget: 10, breaks: ['learn-chosen'] }),
  mutant('countEpochAcks', { weather: slowDisksAndCrashes, budget: 200, breaks: ['learn-chosen'] }),
  mutant('establishOnEpochAcks', {
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['zab CommittedLogMonotonicity'],
  }),
  mutant('skipTruncation', {
    code: 'ZOOKEEPER-1549',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['accept-proposed'],
  }),
  mutant('persistNoPromise', { weather: slowDisksAndCrashes, budget: 50, breaks: ['one-sequencer'] }),
  mutant('applyOnSync', { weather: slowDisksAndCrashes, budget: 10, breaks: ['learn-chosen'] }),
  mutant(
    'ignoreEpochInVotes',
    { weather: crashedLeaders, budget: 200, breaks: ['safe-proposal', 'keep-chosen'] },
    oneByOne,
  ),
  mutant('electById', { weather: slowDisksAndCrashes, budget: 20, breaks: ['safe-proposal'] }),
  mutant('adoptEpochOnUpToDate', {
    code: 'ZOOKEEPER-1282',
    weather: quickRestarts,
    budget: 20,
    breaks: ['recovery'],
  }),
  mutant('newLeaderBeforeContent', {
    code: 'ZOOKEEPER-3104',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['zab CommittedLogMonotonicity'],
  }),
  mutant(
    'installSnapInMemory',
    {
      code: 'ZOOKEEPER-3642',
      weather: quickRestarts,
      budget: 60,
      breaks: ['zab PrefixConsistency', 'zab LeaderLogCompleteness', 'safe-proposal', 'keep-chosen'],
    },
    { compactionTail: 0 },
  ),
  mutant('commitBeforeUpToDate', {
    code: 'ZOOKEEPER-4394',
    weather: slowDisksAndCrashes,
    budget: 20,
    breaks: ['zab commitInconsistent'],
  }),
  mutant('leadWithoutQuorum', { weather: cutOffAndSlow, budget: 20, breaks: ['liveness', 'answered'] }),
  mutant('ignoreStalledDisk', { code: 'L17', weather: stalledLeaders, budget: 10, breaks: ['liveness'] }),
]
