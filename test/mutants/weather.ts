import { type Membership, majorityOf, withWitnesses } from '@quorate/core'
import { type Scenario, type SimCluster, calmDisk, calmNetwork } from '@quorate/sim'
import { OldAnswers } from '../sim/support/old-answers.ts'
import type { Reshaping } from '../sim/support/reshaping.ts'
import { StalledLeaders } from '../sim/support/stalled-leaders.ts'
import type { Squall } from '../sim/support/storm.ts'

/** What goes wrong, and how often, and in what world. */
export interface Weather {
  readonly squalls: readonly Squall[]
  readonly scenario?: Partial<Scenario>
  /** @default 3 */
  readonly replicas?: number
  /** @default majorities of all replicas */
  readonly membership?: Membership
  /** Do members change? @default they stay */
  readonly reshaping?: Reshaping
  /** What else happens, or is looked for, until the end of the chaos. */
  readonly besides?: (cluster: SimCluster, seed: number, end: number) => void
  /** Does nobody look inside: neither refinement nor the engine's monitor? @default false */
  readonly outsidersOnly?: boolean
}

const slowNetwork = { network: { ...calmNetwork, minDelay: 10, meanDelay: 20 } }
const slowDisks = { disks: [1, 2, 3].map(() => ({ ...calmDisk, minSync: 5, meanSync: 40 })) }

const crashesAfterElections: Squall = { kind: 'crash', moment: 'elected', every: 200, from: 1, to: 500 }
const crashesDuringSyncs: Squall = { kind: 'crash', moment: 'sync', every: 400, from: 10, to: 500 }
const cutOffLeaders: Squall = { kind: 'isolate', target: 'leader', every: 800, from: 50, to: 1000 }

/** Disks are slow, and replicas lose power while they write, and when somebody was just elected. */
export const slowDisksAndCrashes: Weather = {
  squalls: [crashesAfterElections, crashesDuringSyncs, cutOffLeaders],
  scenario: slowDisks,
}

/** Leaders stand still, and are replaced without knowing it. */
export const pausedLeaders: Weather = {
  squalls: [{ kind: 'pause', target: 'leader', every: 600, from: 200, to: 1500 }],
}

/** Whoever is elected dies soon, with part of what it proposed under way: figure 8. */
export const crashedLeaders: Weather = {
  squalls: [{ kind: 'crash', moment: 'elected', target: 'leader', every: 200, from: 10, to: 1500 }],
  scenario: slowNetwork,
}

/** Replicas restart at once after an election, and others are cut off. */
export const quickRestarts: Weather = {
  squalls: [
    { ...crashesAfterElections, to: 10 },
    { kind: 'isolate', every: 300, from: 200, to: 1500 },
  ],
}

/** A replica alone, which loses power while it writes. */
export const aloneWithCrashes: Weather = {
  squalls: [crashesDuringSyncs],
  scenario: { disks: slowDisks.disks.slice(0, 1) },
  replicas: 1,
}

/** Links repeat and reorder, and logs are compacted often. */
export const repeatsAndSnapshots: Weather = {
  squalls: [crashesAfterElections, cutOffLeaders, { kind: 'crash', every: 500, from: 10, to: 600 }],
  scenario: {
    ...slowDisks,
    snapshotEvery: 5,
    network: { ...calmNetwork, minDelay: 1, meanDelay: 10, duplicate: 0.3, reorder: 0.3 },
  },
}

/** Leaders are cut off without being told, for longer than anybody waits for them. */
export const cutOffAndSlow: Weather = {
  squalls: [{ kind: 'isolate', target: 'leader', every: 1000, from: 500, to: 2500 }],
}

const torn: Reshaping = {
  changes: ['grow', 'shrink'],
  every: 100,
  atElections: 1,
  rift: 1,
  stray: 0.15,
  from: 500,
  to: 2000,
}

/**
 * Members come and go one by one, and links are cut as soon as somebody has heard of it. (No core is healed before all
 * is: a membership that is in a log of the core and undecided may need those outside.)
 */
export const tornSteps: Weather = {
  squalls: [],
  scenario: { ...slowNetwork, livenessPhase: false },
  replicas: 5,
  membership: majorityOf([1, 2, 3, 4]),
  reshaping: torn,
}

/** Many members at a time are replaced by others. */
export const tornReplacements: Weather = {
  ...tornSteps,
  membership: majorityOf([1, 2, 3]),
  reshaping: { ...torn, changes: ['replace', 'grow', 'shrink', 'weighted'] },
}

/**
 * Most voters are witnesses; the network is fast, disks are slow, and leaders lose power while they write. (A core might
 * be of witnesses alone.)
 */
export const witnessesAndCrashes: Weather = {
  squalls: [
    { kind: 'crash', moment: 'sync', target: 'leader', every: 400, from: 10, to: 500 },
    { kind: 'isolate', every: 500, from: 100, to: 1000 },
  ],
  scenario: {
    disks: [1, 2, 3, 4, 5].map(() => ({ ...calmDisk, minSync: 5, meanSync: 40 })),
    livenessPhase: false,
  },
  replicas: 5,
  membership: withWitnesses(majorityOf([1, 2, 3, 4, 5]), [3, 4, 5]),
}

/** Many clients that ask anybody. (Without CheckQuorum a leader outside of a core may keep it from electing another.) */
const askingAnybody = {
  livenessPhase: false,
  wandering: 0.5,
  operations: 1000,
  clients: 10,
  requestTimeout: 300,
}

/** What a replica hears is old, nobody hears it meanwhile, and then it hears nothing. */
export const lateAnswers: Weather = {
  squalls: [{ kind: 'late', every: 1500, from: 500, to: 900 }],
  scenario: askingAnybody,
}

/** Leaders are cut off, and the others restart at once. */
export const leadersCutOffAndRestarts: Weather = {
  squalls: [
    { kind: 'isolate', target: 'leader', every: 500, from: 300, to: 1500 },
    { kind: 'crash', every: 60, from: 1, to: 20 },
  ],
  scenario: askingAnybody,
}

/**
 * Leaders hear nobody, and are heard by all. A core without such a leader has to elect another: then the cuts stay. (With
 * PreVote and CheckQuorum it has no excuse.)
 */
export const deafLeaders: Weather = {
  squalls: [{ kind: 'isolate', target: 'leader', direction: 'in', every: 1000, from: 500, to: 4000 }],
  scenario: { livenessPhase: true, coreExtra: 0 },
}

/** Disks of leaders complete nothing, for longer than any engine puts up with; it is looked whether they lead on. */
export const stalledLeaders: Weather = {
  squalls: [
    { kind: 'disk-stall', target: 'leader', every: 2000, from: 2500, to: 6000 },
    { kind: 'isolate', every: 1500, from: 200, to: 1500 },
  ],
  besides: (cluster, _seed, end) => void new StalledLeaders(cluster, 2000, end),
}

/**
 * Followers forget what they have acknowledged, and their answers come late. (What a disk said counts as accepted for
 * refinement, even if it lied; so those who look inside stay out.)
 */
export const oldAnswers: Weather = {
  squalls: [],
  scenario: { atlas: false, livenessPhase: false, snapshotEvery: 500, chaos: 10_000, operations: 600 },
  besides: (cluster, seed, end) =>
    void new OldAnswers(cluster, { every: 1000, from: 20, to: 150 }, seed, end),
  outsidersOnly: true,
}
