import type { AnyEngineDefinition, Engine, EngineInit, Monitor } from '@quorate/core'
import type { Blame } from '../invariants/violation.ts'
import { probeEngine } from './engine-probe.ts'

/** The same protocol, with all its engines watched together by one monitor: one cluster for each call. */
export function watchEngines(definition: AnyEngineDefinition, monitor: Monitor): AnyEngineDefinition {
  const probeOf = ({ self }: EngineInit): AnyEngineDefinition => {
    let own: Engine
    return probeEngine(definition, {
      created: (engine, init) => {
        own = engine
        monitor.created(init, engine)
      },
      given: (input) => monitor.given(self, input, own),
      taken: (output) => monitor.taken(self, output, own),
    })
  }
  return {
    ...definition,
    create: (init) => probeOf(init).create(init),
    revive: (init, state) => probeOf(init).revive(init, state),
  }
}

/**
 * The same protocol, watched by its own monitor, if it has one: for clusters of engines that are moved by hand, one
 * cluster for each call. In a `SimCluster` monitors run without being asked for.
 */
export function monitorEngine(definition: AnyEngineDefinition, blame: Blame): AnyEngineDefinition {
  const { monitor } = definition
  return monitor === undefined ? definition : watchEngines(definition, monitor.create(blame))
}
