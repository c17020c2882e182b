import type { AnyEngineDefinition, Engine, EngineInit, Input, Output } from '@quorate/core'

/** The same protocol with another output: to break it from outside. */
export function wrapEngine(
  definition: AnyEngineDefinition,
  change: (output: Output) => Output,
): AnyEngineDefinition {
  return wrap(definition, (input) => input, change)
}

/** The same protocol, to which every linearizable read is a lease read. */
export function readByLease(definition: AnyEngineDefinition): AnyEngineDefinition {
  const byLease = (input: Input): Input => (input.type === 'read' ? { ...input, mode: 'lease' } : input)
  return wrap(definition, byLease, (output) => output)
}

function wrap(
  definition: AnyEngineDefinition,
  take: (input: Input) => Input,
  give: (output: Output) => Output,
): AnyEngineDefinition {
  const wrapped = (engine: Engine): Engine => ({
    step: (input, at) => engine.step(take(input), at),
    take: () => give(engine.take()),
    observe: () => engine.observe(),
    capture: () => engine.capture(),
  })
  return {
    ...definition,
    create: (init: EngineInit) => wrapped(definition.create(init)),
    revive: (init: EngineInit, state: unknown) => wrapped(definition.revive(init, state)),
  }
}
