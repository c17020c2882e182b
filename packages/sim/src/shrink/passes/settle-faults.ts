import type { Pass } from '../pass.ts'

/**
 * Faults at the times at which they hit, at whom they hit, instead of ones that wait for a moment or for who leads: what
 * one of them does no longer depends on the others, so more of them can be taken out.
 */
export const settleFaults: Pass = {
  name: 'moments',
  *propose(scenario, { faults }) {
    const isSettled = scenario.plan.every(
      ({ action }) => !Object.values(action).some((value) => words.has(value)),
    )
    return isSettled ? scenario : ((yield { ...scenario, plan: faults }) ?? scenario)
  },
}

/** What stands in a fault that is not settled. */
const words: ReadonlySet<unknown> = new Set(['leader', 'sync', 'elected'])
