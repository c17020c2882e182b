import { QuorateError } from '@quorate/core'
import type { Move, Violation } from '@quorate/sim'
import { parseScenario } from '../language/parse-scenario.ts'
import type { Condition, Scenario, Statement } from '../language/statement.ts'
import { examine } from './conditions.ts'
import { Director } from './director.ts'
import { perform } from './perform.ts'
import { optionsFor } from './options-for.ts'
import { type NodeStand, standsOf } from './node-stand.ts'
import type { RunEvent } from './run-event.ts'
import type { ScenarioEngine } from './scenario-engine.ts'
import { transcriptOf } from '../transcript/transcript.ts'

/** How a scenario is to be run. */
export interface RunScenarioOptions {
  readonly engine: ScenarioEngine
  /** Told how all nodes stand, before the first statement and after each. */
  readonly onStep?: (stands: readonly NodeStand[]) => void
}

/** Where a run went another way than its script says. */
export interface ScenarioFailure {
  /** In the script, from 1. */
  readonly line: number
  readonly message: string
}

/** The engines that the header names; none if the script is for all. */
export function enginesOf({ header }: Scenario): readonly string[] {
  return header.engines.map(({ engine }) => engine)
}

/** What came of a scenario. Plain data. */
export interface ScenarioResult {
  /** Everything expected was so, and no invariant was broken but where it was expected. */
  readonly ok: boolean
  readonly engine: string
  /** At most one: a run ends with it. */
  readonly failures: readonly ScenarioFailure[]
  /** Broken invariants, expected or not. */
  readonly violations: readonly Violation[]
  /** How many expectations were met. */
  readonly met: number
  /** The statements carried out, in order. */
  readonly statements: readonly Statement[]
  readonly nodes: readonly number[]
  readonly events: readonly RunEvent[]
  /** Every choice made: `playMoves` makes the same run of them. */
  readonly moves: readonly Move[]
  /** What happened, for people. */
  readonly transcript: readonly string[]
}

/**
 * Runs a script on an engine, in virtual time, with the invariants checked after every step.
 *
 * @throws QuorateError `USAGE` for a mistake in the script or an option that the engine refuses; what goes wrong in the
 * run is in the result's `failures`
 */
export function runScenario(script: string | Scenario, options: RunScenarioOptions): ScenarioResult {
  const scenario = typeof script === 'string' ? parseScenario(script) : script
  const run = new ScenarioRun(scenario, options)
  if (scenario.statements.length === 0) throw new QuorateError('USAGE', 'the script has no statements')
  return run.run()
}

class ScenarioRun {
  private readonly scenario: Scenario
  private readonly engine: ScenarioEngine
  private readonly director: Director
  private readonly done: Statement[] = []
  /** Violations that no statement has expected yet start here. */
  private excused = 0
  private met = 0
  private readonly onStep: RunScenarioOptions['onStep']

  constructor(scenario: Scenario, { engine, onStep }: RunScenarioOptions) {
    this.scenario = scenario
    this.engine = engine
    this.onStep = onStep
    const { replicas, observers, spares, byHand } = scenario.header
    const definition = engine.create(optionsFor(scenario, engine))
    const checks = engine.checks ?? {}
    this.director = new Director({ definition, replicas, observers, spares, checks })
    const { play } = this.director
    if (byHand) for (const node of play.nodes) play.paused.add(node)
    play.completeWrites()
  }

  run(): ScenarioResult {
    const failure = this.runStatements()
    const { play } = this.director
    const { events, violations } = play.recorder
    const failures = failure === undefined ? [] : [failure]
    const result = {
      ok: failure === undefined,
      engine: this.engine.name,
      failures,
      violations,
      met: this.met,
      statements: this.done,
      nodes: play.nodes,
      events,
      moves: play.moves,
    }
    return { ...result, transcript: transcriptOf(result) }
  }

  private runStatements(): ScenarioFailure | undefined {
    const { recorder } = this.director.play
    this.onStep?.(standsOf(this.director))
    for (const statement of this.scenario.statements) {
      if (statement.only?.includes(this.engine.name) === false) continue
      const isPatient = statement.act.verb === 'expect' || statement.act.verb === 'note'
      if (!isPatient && this.unexpected !== undefined) break
      recorder.step = this.done.length
      this.done.push(statement)
      const problem = this.runStatement(statement)
      this.onStep?.(standsOf(this.director))
      if (problem !== undefined) return { line: statement.line, message: problem }
    }
    const { unexpected } = this
    if (unexpected === undefined) return undefined
    const line = this.done[unexpected.step]?.line ?? 1
    return { line, message: `${unexpected.violation.invariant} is violated: ${unexpected.violation.message}` }
  }

  /** The first violation that was not expected, and the statement that brought it. */
  private get unexpected(): { readonly violation: Violation; readonly step: number } | undefined {
    const { violations, events } = this.director.play.recorder
    const violation = violations[this.excused]
    if (violation === undefined) return undefined
    const event = events.filter(({ type }) => type === 'violated')[this.excused]
    return { violation, step: event?.step ?? 0 }
  }

  /** What is wrong, if anything is. */
  private runStatement({ act }: Statement): string | undefined {
    if (act.verb === 'note') return undefined
    if (act.verb === 'expect') return this.expect(act.condition, act.isNegated)
    try {
      perform(this.director, act)
      return undefined
    } catch (error) {
      if (!(error instanceof QuorateError)) throw error
      return error.message
    }
  }

  private expect(condition: Condition, isNegated: boolean): string | undefined {
    if (condition.what === 'violation') return this.expectViolation(condition.invariant, isNegated)
    const { holds, found } = examine(this.director, condition)
    if (holds === isNegated) return `it is not so: ${found}`
    this.met += 1
    return undefined
  }

  private expectViolation(invariant: string | undefined, isNegated: boolean): string | undefined {
    const fresh = this.director.play.recorder.violations.slice(this.excused)
    const isThere = fresh.some((violation) => (invariant ?? violation.invariant) === violation.invariant)
    if (isThere === isNegated) {
      const names = [...new Set(fresh.map((violation) => violation.invariant))]
      return `it is not so: ${names.length === 0 ? 'nothing is' : `${names.join(', ')} is`} violated`
    }
    if (!isNegated) this.excused += fresh.length
    this.met += 1
    return undefined
  }
}
