import { type Pass, dropParts } from '../pass.ts'

/** Fewer operations: the others stay what they are. */
export const dropCalls: Pass = {
  name: 'operations',
  propose: (scenario) => dropParts(scenario, 'calls'),
}
