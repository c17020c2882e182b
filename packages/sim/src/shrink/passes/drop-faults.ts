import { type Pass, dropParts } from '../pass.ts'

/** Fewer faults. */
export const dropFaults: Pass = {
  name: 'faults',
  propose: (scenario) => dropParts(scenario, 'plan'),
}
