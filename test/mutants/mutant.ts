import type { AnyEngineDefinition } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { type RefinementRule, type RunReport, Simulation, type ViolationName } from '@quorate/sim'
import { mvccWorkload } from 'quorate'
import { Reshaper } from '../sim/support/reshaping.ts'
import { storm } from '../sim/support/storm.ts'
import type { Weather } from './weather.ts'

/** An engine with one rule switched off, and the weather in which the simulator finds it out. */
export interface Mutant {
  /** The engine's `unsafe` rule. */
  readonly rule: string
  /** In the list of pitfalls, or ZooKeeper's number for it. */
  readonly code?: string
  readonly engine: AnyEngineDefinition
  /** The same with all rules: it comes through the same weather. */
  readonly right: AnyEngineDefinition
  readonly weather: Weather
  /** The seeds, from 1, within which it is found. */
  readonly budget: number
  /** The seeds, from 1, that the right engine must come through. @default 10 */
  readonly rightSeeds?: number
  /** What it breaks first: a rule of the abstract log if refinement shows it, or one of the engine's monitor. */
  readonly breaks: readonly (ViolationName | RefinementRule)[]
}

/** How a mutant's weather is played. */
export interface PlayOptions {
  /** Without those who look inside, refinement and the engine's monitor: what would show then? @default true */
  readonly insiders?: boolean
}

/** One seed of a weather. */
export function play(
  engine: AnyEngineDefinition,
  weather: Weather,
  seed: number,
  { insiders = true }: PlayOptions = {},
): RunReport {
  const looksInside = insiders && weather.outsidersOnly !== true
  const scenario = { chaos: 8000, operations: 300, finalPowerCut: false, ...weather.scenario }
  const simulation = new Simulation({
    engine,
    machine: mvcc(),
    workload: mvccWorkload,
    seed,
    replicas: weather.replicas ?? 3,
    ...(weather.membership !== undefined && { membership: weather.membership }),
    faults: 'none',
    scenario: { ...scenario, plan: storm(seed, scenario.chaos, weather.squalls) },
    checks: { refinement: looksInside, monitor: looksInside },
  })
  if (weather.reshaping !== undefined) {
    void new Reshaper(simulation.cluster, weather.reshaping, seed, scenario.chaos)
  }
  weather.besides?.(simulation.cluster, seed, scenario.chaos)
  return simulation.run()
}

/** A seed that found a mutant. */
export interface Catch {
  readonly seed: number
  readonly report: RunReport
  /** The rule of the abstract log that was broken, or the invariant. */
  readonly broke: string
}

/** The first seed within the mutant's budget that breaks something. */
export function hunt({ engine, weather, budget }: Mutant): Catch | undefined {
  for (let seed = 1; seed <= budget; seed++) {
    const report = play(engine, weather, seed)
    const { violation } = report
    if (violation === undefined) continue
    const rule = violation.context['rule']
    return { seed, report, broke: violation.invariant === 'refinement' ? String(rule) : violation.invariant }
  }
  return undefined
}
