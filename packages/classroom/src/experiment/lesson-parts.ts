import type { ScenarioEngine } from '@quorate/scenario'
import type { ExploreSettings, SeedSettings } from './experiment.ts'

/** What came of exploring a protocol. Plain data. */
export interface Exploration {
  readonly verdict: 'holds' | 'violated' | 'unknown'
  /** The scope, in words. */
  readonly scope: readonly string[]
  /** The rule that is broken, and how; undefined if all are kept. */
  readonly breach: string | undefined
  readonly distinct: number
  readonly generated: number
  /** All paths up to so many steps have been walked. */
  readonly covered: number
  /** The shortest way to what may not be. */
  readonly violation: ExploredPath | undefined
  /** What can be seen in the scope, each with the shortest way to it. */
  readonly seen: readonly ExploredPath[]
}

export interface ExploredPath {
  /** What is violated, or seen. */
  readonly name: string
  readonly message: string
  readonly steps: readonly string[]
}

/** What came of one seed. */
export interface SeedOutcome {
  readonly end: 'good' | 'failed' | 'undecided'
  /** The invariant that was broken; `history` if it was what clients saw. */
  readonly violation: string | undefined
  readonly commits: number
  readonly elections: number
}

/** What lessons are played with. A composition root hands it in. */
export interface LessonParts {
  /** @throws QuorateError `USAGE` for a name that is not known */
  readonly engine: (name: string) => ScenarioEngine
  /** @throws QuorateError `USAGE` for a scope that makes no sense */
  readonly explore: (settings: ExploreSettings, onProgress: (text: string) => void) => Exploration
  /** @throws QuorateError `USAGE` for an engine, option, machine or fault that there is not */
  readonly runSeed: (settings: SeedSettings, seed: number) => SeedOutcome
}
