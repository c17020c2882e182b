import type { PlannedFault } from '../faults/fault-action.ts'
import type { Scenario } from '../run/scenario.ts'
import { type SimulateOptions, Simulation } from '../run/simulation.ts'
import type { HistoryOperation } from '../workload/history.ts'
import type { PlannedCall } from '../workload/planned-call.ts'
import { signatureOf } from './signature.ts'

/** What a scenario came to when it was tried. */
export interface Trial {
  /** What failed, in a word or two; undefined: nothing did, or not within the events that it was given. */
  readonly signature: string | undefined
  /** Events until then. */
  readonly steps: number
  /** When it failed, milliseconds since the start. */
  readonly virtualMs: number
  /** The calls that clients made until then, and those that were to come next. */
  readonly calls: readonly PlannedCall[]
  /** The faults that were carried out until then, each at the time at which it hit, at whom it hit. */
  readonly faults: readonly PlannedFault[]
}

/** Where a trial is given up if nothing has failed. */
export interface TrialLimit {
  /** Events. */
  readonly steps: number
  /** Milliseconds of virtual time. */
  readonly virtualMs: number
}

/** Runs a scenario until it fails, ends or is given up. Equal scenarios come to equal trials. */
export type TryScenario = (scenario: Scenario, limit: TrialLimit) => Trial

/** Everything that a run is made of besides its scenario. */
export interface TrialOptions extends Omit<
  SimulateOptions,
  'seed' | 'replicas' | 'faults' | 'scenario' | 'onLine'
> {
  /** Judges what the clients of a run without a violation saw: what is wrong with it, in a word, or nothing. */
  readonly judge?: (history: readonly HistoryOperation[]) => string | undefined
}

/** Tries scenarios in the simulator. */
export function trialsOf({ judge, ...options }: TrialOptions): TryScenario {
  return (scenario, limit) => {
    const { seed } = scenario
    const simulation = new Simulation({ ...options, seed, faults: 'none', scenario, eventLogSize: 1 })
    const { scheduler, books } = simulation.cluster
    let isGivenUp = false
    while (!isGivenUp && simulation.step())
      isGivenUp = scheduler.steps > limit.steps || scheduler.now > limit.virtualMs * 1000
    return {
      signature: isGivenUp
        ? undefined
        : (signatureOf(books.violation) ?? judge?.(simulation.report().history)),
      steps: scheduler.steps,
      virtualMs: scheduler.now / 1000,
      calls: simulation.calls,
      faults: simulation.faults,
    }
  }
}
