import type { Comparison } from './comparison.ts'

/** A line `expect …` of an experiment. */
export interface Expectation<What> {
  /** Of the file. */
  readonly line: number
  /** As it is written, without `expect`. */
  readonly text: string
  readonly what: What
}

/** Options of an engine by dotted names. */
export type NamedOptions = Readonly<Record<string, string | number | boolean>>

export interface Range {
  readonly min: number
  readonly max: number
}

export const electionMeasures = ['split', 'mean', 'median', 'p99', 'terms', 'none'] as const
export type ElectionMeasure = (typeof electionMeasures)[number]

export interface ElectionClaim {
  readonly measure: ElectionMeasure
  readonly range: Range
  readonly comparison: Comparison
}

/** Seeded elections: see the package's README. */
export interface ElectionsExperiment {
  readonly kind: 'elections'
  readonly voters: number
  readonly live: number
  readonly latency: number
  readonly elections: number
  readonly giveUp: number
  readonly ranges: readonly Range[]
  readonly options: NamedOptions
  readonly claims: readonly Expectation<ElectionClaim>[]
}

export type ExploreClaim =
  | { readonly what: 'holds' | 'unknown' }
  | { readonly what: 'violation'; readonly steps: number | undefined }
  | { readonly what: 'seen'; readonly name: string; readonly steps: number | undefined }
  | { readonly what: 'states'; readonly comparison: Comparison }

/** What to explore. What is undefined is as usual for the protocol. */
export interface ExploreSettings {
  readonly protocol: string
  readonly proposers: number | undefined
  readonly acceptors: number | undefined
  readonly rounds: number | undefined
  readonly crashes: number | undefined
  readonly quorums: readonly [number, number] | undefined
  readonly unsafe: string | undefined
  readonly symmetry: boolean
  /** The budget. */
  readonly states: number
}

export interface ExploreExperiment extends ExploreSettings {
  readonly kind: 'explore'
  readonly claims: readonly Expectation<ExploreClaim>[]
}

export const seedMeasures = ['good', 'failed', 'undecided', 'commits', 'elections'] as const
export type SeedMeasure = (typeof seedMeasures)[number]

export type SeedClaim =
  | { readonly what: 'measure'; readonly measure: SeedMeasure; readonly comparison: Comparison }
  | { readonly what: 'violation'; readonly name: string }

/** What each seed runs. */
export interface SeedSettings {
  readonly engine: string
  readonly options: NamedOptions
  readonly machine: string
  readonly replicas: number | undefined
  readonly faults: string
}

export interface SeedsExperiment extends SeedSettings {
  readonly kind: 'seeds'
  readonly first: number
  readonly last: number
  readonly claims: readonly Expectation<SeedClaim>[]
}

export type Experiment = ElectionsExperiment | ExploreExperiment | SeedsExperiment
