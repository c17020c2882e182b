import type { Scenario, Statement } from '../language/statement.ts'
import { condense } from '../transcript/condense.ts'
import { eventsToTell, timedVerbs } from '../transcript/told-events.ts'
import type { NodeStand } from './node-stand.ts'
import type { RunEvent } from './run-event.ts'
import { type RunScenarioOptions, type ScenarioResult, runScenario } from './run-scenario.ts'

/** One statement of a run, what came of it, and how the nodes stood before and after. */
export interface ScenarioStep {
  readonly statement: Statement
  /** All that happened. */
  readonly events: readonly RunEvent[]
  /** What a transcript tells of it: without what is told elsewhere, or changed nothing. */
  readonly told: readonly RunEvent[]
  /** Messages that changed nothing and are not told: how many of each type. */
  readonly idle: ReadonlyMap<string, number>
  readonly before: readonly NodeStand[]
  readonly after: readonly NodeStand[]
}

/** A run, statement by statement. */
export interface SteppedRun {
  readonly result: ScenarioResult
  readonly steps: readonly ScenarioStep[]
}

/**
 * Runs a script as `runScenario` does, and keeps how the nodes stood between its statements.
 *
 * @throws QuorateError `USAGE` for a mistake in the script or an option that the engine refuses
 */
export function stepScenario(
  script: string | Scenario,
  options: Omit<RunScenarioOptions, 'onStep'>,
): SteppedRun {
  const stands: (readonly NodeStand[])[] = []
  const result = runScenario(script, { ...options, onStep: (now) => stands.push(now) })
  const steps = result.statements.map((statement, step): ScenarioStep => {
    const events = result.events.filter((event) => event.step === step)
    const { events: told, idle } = condense(
      eventsToTell(events, statement),
      timedVerbs.has(statement.act.verb),
    )
    return {
      statement,
      events,
      told,
      idle: statement.isQuiet ? new Map() : idle,
      before: stands[step]!,
      after: stands[step + 1]!,
    }
  })
  return { result, steps }
}
