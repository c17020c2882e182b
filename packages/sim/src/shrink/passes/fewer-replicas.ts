import type { NodeId } from '@quorate/core'
import type { FaultAction, PlannedFault } from '../../faults/fault-action.ts'
import type { Scenario } from '../../run/scenario.ts'
import { faultForms } from '../fault-forms.ts'
import type { Pass } from '../pass.ts'

/** Fewer replicas. Faults of those that are gone go with them, or hit others. */
export const fewerReplicas: Pass = {
  name: 'replicas',
  *propose(scenario) {
    for (let replicas = 1; replicas < scenario.replicas; replicas++) {
      const fits = (fault: PlannedFault): boolean => nodesOf(fault.action).every((node) => node <= replicas)
      const rest = scenario.plan.filter(fits)
      const folded = scenario.plan.map(({ at, action }) => ({ at, action: fold(action, replicas) }))
      const taken =
        (yield resized(scenario, replicas, rest)) ??
        (rest.length < folded.length ? yield resized(scenario, replicas, folded) : undefined)
      if (taken !== undefined) return taken
    }
    return scenario
  },
}

function resized(scenario: Scenario, replicas: number, plan: readonly PlannedFault[]): Scenario {
  const { disks, clocks, core } = scenario
  return {
    ...scenario,
    replicas,
    disks: disks.slice(0, replicas),
    clocks: clocks.slice(0, replicas),
    core: core.filter((node) => node <= replicas),
    plan,
  }
}

function nodesOf(action: FaultAction): NodeId[] {
  const fields = action as unknown as Readonly<Record<string, unknown>>
  return nodeFieldsOf(action).flatMap((field) => {
    const value = fields[field]
    return (Array.isArray(value) ? value : [value]).filter((node) => typeof node === 'number')
  })
}

/** The same fault, of replicas that there are. */
function fold(action: FaultAction, replicas: number): FaultAction {
  const folded: Record<string, unknown> = { ...action }
  const other = (node: unknown): unknown => (typeof node === 'number' ? ((node - 1) % replicas) + 1 : node)
  for (const field of nodeFieldsOf(action)) {
    const value = folded[field]
    folded[field] = Array.isArray(value) ? [...new Set(value.map(other))] : other(value)
  }
  return folded as unknown as FaultAction
}

function nodeFieldsOf({ kind }: FaultAction): string[] {
  return [...(faultForms().get(kind) ?? [])].filter(([, { isNode }]) => isNode).map(([name]) => name)
}
