import type { AnyEngineDefinition } from '@quorate/core'
import type { Move } from '@quorate/sim'
import type { ExploreVerdict, SearchEnd, SearchProgress } from './model/model-report.ts'
import type { ClusterState } from './engine-model/cluster-state.ts'
import { EngineModel } from './engine-model/engine-model.ts'
import type { ExploreInvariant } from './engine-model/history.ts'
import type { EngineRules } from './engine-model/engine-rules.ts'
import { budgetOf, describeScope, type EngineScope } from './engine-model/scope.ts'
import { startSearch } from './search/explore-model.ts'
import type { Search } from './search/search.ts'
import type { SearchOptions } from './search/search-options.ts'

/**
 * What to explore: an engine, what may happen to it, and how to search. The engine's monitor does not run: what it
 * remembers depends on the path, and a state is looked at once, whatever path led there. (Nor does the refinement.)
 */
export interface ExploreOptions extends EngineScope, Omit<SearchOptions, 'keepGoing'> {
  readonly engine: AnyEngineDefinition
  /** What the engine's own package knows of its states. Default: log matching alone. */
  readonly checks?: EngineRules
}

/** A broken invariant, and how to come to it. */
export interface Counterexample {
  readonly invariant: ExploreInvariant
  readonly message: string
  /**
   * From the start of the cluster, each replica started and nothing yet delivered: played on an `EngineCluster` with
   * `autoPersist: false` they show the same. Breadth-first, no shorter path breaks anything.
   */
  readonly moves: readonly Move[]
}

/** What an exploration found. Plain data. */
export interface ExploreReport extends SearchProgress {
  readonly engine: string
  /**
   * `holds`: all states within the scope were looked at. `violated`: there is a counterexample. `unknown`: a budget of
   * the search ended it; all states up to `covered` steps were looked at, and nothing is wrong with them.
   */
  readonly verdict: ExploreVerdict
  readonly end: SearchEnd
  /** Everything that bounded it, in words. */
  readonly scope: readonly string[]
  /** Memory for each visited state, bytes. */
  readonly bytesPerState: number
  /** The most memory that states took which waited to be expanded, bytes. */
  readonly peakWaitingBytes: number
  /** The chance that a state was taken for another one, n² / 2^65. */
  readonly collisionRisk: number
  /** Different replica states and messages. Their memory, some kilobytes each, comes on top. */
  readonly components: { readonly replicaStates: number; readonly messages: number }
  /** How much of what a scope is for has happened in it: an exploration in which nothing was decided shows little. */
  readonly reached: {
    /** Each the most on any one path. */
    readonly epochsLed: number
    readonly entriesDecided: number
    readonly readsBegun: number
  }
  readonly counterexample: Counterexample | undefined
}

/** An exploration that is carried out in slices. */
export interface Exploration {
  /** Expands at most `states` states. Gives whether there is more to do. */
  advance(states: number): boolean
  progress(): SearchProgress
  report(): ExploreReport
}

/**
 * Begins to explore the states of a cluster of real engines. Options that cannot work are a `QuorateError` with code
 * `USAGE`.
 */
export function startExploration(options: ExploreOptions): Exploration {
  const { engine, checks = {}, symmetry = false } = options
  const model = new EngineModel(engine, options, { rules: checks, symmetry })
  const search = startSearch(model, options)
  return {
    advance: (states) => search.advance(states),
    progress: () => search.progress(),
    report: () => reportOf(options, model, search),
  }
}

/** States expanded between two looks at whether there is more to do. */
const slice = 100_000

/** Explores to the end of the scope, or of the search's budget. Equal options give equal reports. */
export function exploreEngine(options: ExploreOptions): ExploreReport {
  const exploration = startExploration(options)
  while (exploration.advance(slice));
  return exploration.report()
}

function reportOf(
  options: ExploreOptions,
  model: EngineModel,
  search: Search<ClusterState, number>,
): ExploreReport {
  const { properties, ...figures } = search.report()
  const { path } = properties[0]!
  const { components } = model
  return {
    ...figures,
    engine: options.engine.name,
    scope: scopeOf(options, model),
    components: { replicaStates: components.locals.length, messages: components.flights.length },
    reached: reachedBy(model),
    counterexample: path === undefined ? undefined : counterexampleOf(model, path),
  }
}

function counterexampleOf(model: EngineModel, path: Parameters<EngineModel['movesOf']>[0]): Counterexample {
  const last = path.steps.at(-1)?.state ?? path.initial
  const { invariant, message } = model.violationOf(last)!
  return { invariant, message, moves: model.movesOf(path) }
}

function scopeOf(
  { engine, depth, maxStates, maxMemory, symmetry }: ExploreOptions,
  model: EngineModel,
): string[] {
  return [
    ...describeScope(engine, model.scope),
    ...neverSet(model).map((name) => `no replica ever set a timer named ${name}`),
    ...(symmetry === true ? ['states that differ only by the names of replicas count once'] : []),
    ...(depth === undefined ? [] : [`${depth} steps at most`]),
    ...(maxStates === undefined ? [] : [`${maxStates} states at most`]),
    ...(maxMemory === undefined ? [] : [`${maxMemory} bytes of states at most`]),
  ]
}

/** Names that timeouts were given for and that no replica ever used: most likely misspelt. */
function neverSet({ scope, components }: EngineModel): readonly string[] {
  const names = scope.timers ?? []
  return names.filter((name) => !components.locals.some(({ timers }) => timers.includes(name)))
}

function reachedBy({ components: { histories, budgets }, scope }: EngineModel): ExploreReport['reached'] {
  let epochsLed = 0
  let entriesDecided = 0
  for (let number = 0; number < histories.size; number++) {
    const { leaders, decided } = histories.get(number)
    epochsLed = Math.max(epochsLed, leaders.length)
    entriesDecided = Math.max(entriesDecided, decided.length)
  }
  // A history forgets a read that has been answered; what is left of its budget does not.
  let readsBegun = 0
  for (let number = 0; number < budgets.size; number++) {
    const left = budgets.get(number)[budgetOf.reads]!
    readsBegun = Math.max(readsBegun, scope.budgets[budgetOf.reads]! - left)
  }
  return { epochsLed, entriesDecided, readsBegun }
}
