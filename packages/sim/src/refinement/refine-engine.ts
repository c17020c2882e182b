import type { AnyEngineDefinition } from '@quorate/core'
import { watchEngines } from '../cluster/monitor-engine.ts'
import type { Blame } from '../invariants/violation.ts'
import { Refinement } from './refinement.ts'

/**
 * The same protocol, with all its engines checked together against one abstract log: for clusters of engines that are
 * moved by hand, one cluster for each call.
 */
export function refineEngine(definition: AnyEngineDefinition, blame: Blame): AnyEngineDefinition {
  return watchEngines(definition, new Refinement(definition.acceptance, blame))
}
