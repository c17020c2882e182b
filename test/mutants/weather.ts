import { type Scenario, calmDisk, calmNetwork } from '@quorate/sim'
import type { Squall } from '../sim/support/storm.ts'

/** What goes wrong, and how often, and in what world. */
export interface Weather {
  readonly squalls: readonly Squall[]
  readonly scenario?: Partial<Scenario>
  /** @default 3 */
  readonly replicas?: number
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
