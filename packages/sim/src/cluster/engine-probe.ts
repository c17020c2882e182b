import type {
  AnyEngineDefinition,
  Engine,
  EngineInit,
  Input,
  Instant,
  Observation,
  Output,
} from '@quorate/core'

/** Sees what goes into an engine and what comes out. */
export interface EngineWatcher {
  /** The engine that runs from now on. */
  created(engine: Engine, init: EngineInit): void
  /** It is about to take in `input`. */
  given(input: Input): void
  /** It handed out `output`, which will be carried out now. */
  taken(output: Output): void
}

/** The same protocol, watched. */
export function probeEngine(definition: AnyEngineDefinition, watcher: EngineWatcher): AnyEngineDefinition {
  const probe = (engine: Engine, init: EngineInit): Engine => {
    watcher.created(engine, init)
    return new EngineProbe(engine, watcher)
  }
  return {
    ...definition,
    create: (init) => probe(definition.create(init), init),
    revive: (init, state) => probe(definition.revive(init, state), init),
  }
}

class EngineProbe implements Engine {
  private readonly engine: Engine
  private readonly watcher: EngineWatcher

  constructor(engine: Engine, watcher: EngineWatcher) {
    this.engine = engine
    this.watcher = watcher
  }

  step(input: Input, at: Instant): void {
    this.watcher.given(input)
    this.engine.step(input, at)
  }

  take(): Output {
    const output = this.engine.take()
    this.watcher.taken(output)
    return output
  }

  observe(): Observation {
    return this.engine.observe()
  }

  capture(): unknown {
    return this.engine.capture()
  }
}
