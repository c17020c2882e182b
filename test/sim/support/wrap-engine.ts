import type { AnyEngineDefinition, Engine, EngineInit, Output } from '@quorate/core'

/** The same protocol with another output: to break it from outside. */
export function wrapEngine(
  definition: AnyEngineDefinition,
  change: (output: Output) => Output,
): AnyEngineDefinition {
  const wrap = (engine: Engine): Engine => ({
    step: (input, at) => engine.step(input, at),
    take: () => change(engine.take()),
    observe: () => engine.observe(),
    capture: () => engine.capture(),
  })
  return {
    ...definition,
    create: (init: EngineInit) => wrap(definition.create(init)),
    revive: (init: EngineInit, state: unknown) => wrap(definition.revive(init, state)),
  }
}
