import type { Scenario } from '../run/scenario.ts'
import type { Trial } from './trial.ts'

/** Does the run fail before everything is mended? */
export function failsInChaos({ chaos }: Scenario, { virtualMs }: Trial): boolean {
  return virtualMs < chaos
}

/**
 * The same run with its calls as they were made, and without what came after it had failed: it comes to the same
 * failure, event by event.
 *
 * @param slack for how long it would go on, milliseconds
 */
export function trim(scenario: Scenario, trial: Trial, slack: number): Scenario {
  const { calls } = trial
  if (!failsInChaos(scenario, trial)) return { ...scenario, calls }
  return {
    ...scenario,
    calls: calls.filter(({ at }) => at <= trial.virtualMs),
    plan: scenario.plan.filter(({ at }) => at <= trial.virtualMs),
    chaos: Math.min(scenario.chaos, Math.ceil(trial.virtualMs + slack)),
    finalPowerCut: false,
  }
}
