import type { AnyEngineDefinition, EngineInit } from '@quorate/core'
import { probeEngine } from '../cluster/engine-probe.ts'
import type { Blame } from '../invariants/violation.ts'
import { Refinement } from './refinement.ts'

/**
 * The same protocol, with all its engines checked together against one abstract log: for clusters of engines that are
 * moved by hand, one cluster for each call.
 */
export function refineEngine(definition: AnyEngineDefinition, blame: Blame): AnyEngineDefinition {
  const refinement = new Refinement(definition.acceptance, blame)
  const probeOf = ({ self }: EngineInit): AnyEngineDefinition => {
    let own: Parameters<Refinement['taken']>[2]
    return probeEngine(definition, {
      created: (engine, init) => {
        own = engine
        refinement.started(init, engine)
      },
      given: (input) => refinement.given(self, input),
      taken: (output) => refinement.taken(self, output, own),
    })
  }
  return {
    ...definition,
    create: (init) => probeOf(init).create(init),
    revive: (init, state) => probeOf(init).revive(init, state),
  }
}
