import type { Scenario } from '../../run/scenario.ts'
import type { Pass } from '../pass.ts'

/** Fewer clients: one that makes all calls, or only those that have calls to make. */
export const fewerClients: Pass = {
  name: 'clients',
  *propose(scenario) {
    if (scenario.clients === 1) return scenario
    const one = yield renumbered(scenario, () => 1)
    if (one !== undefined) return one
    const used = [...new Set((scenario.calls ?? []).map(({ client }) => client))].sort((a, b) => a - b)
    if (used.length === scenario.clients) return scenario
    return (yield renumbered(scenario, (client) => used.indexOf(client) + 1)) ?? scenario
  },
}

function renumbered(scenario: Scenario, numberOf: (client: number) => number): Scenario {
  const calls = (scenario.calls ?? []).map((call) => ({ ...call, client: numberOf(call.client) }))
  const clients = calls.reduce((most, { client }) => Math.max(most, client), 1)
  return { ...scenario, calls, clients }
}
