import type {
  Engine,
  EngineDefinition,
  EngineInit,
  Input,
  Instant,
  Message,
  Observation,
  Output,
} from '@quorate/core'
import { monitorEngine } from '@quorate/sim'
import { show } from '../suite/compare.ts'
import { Breach, breach } from '../suite/failure.ts'

/** One engine, from its creation to its end. */
export interface Life<M extends Message> {
  readonly definition: EngineDefinition<M>
  readonly init: EngineInit
  readonly engine: Engine<M>
}

/** Looks at all that engines are given and give, and throws a breach where a rule is broken. */
export interface Watch<M extends Message> {
  begun?(life: Life<M>): void
  stepped?(life: Life<M>, input: Input<M>, at: Instant): void
  took?(life: Life<M>, output: Output<M>): void
}

/**
 * The definition, with every engine of it watched, by the protocol's own monitor, too: one cluster for each call. What an
 * engine throws is a breach whoever watches, and so is what a monitor finds.
 */
export function watched<M extends Message>(
  definition: EngineDefinition<M>,
  watches: readonly Watch<M>[],
): EngineDefinition<M> {
  const monitored: EngineDefinition<M> = monitorEngine(definition, ({ invariant, message }) =>
    breach(`${invariant}: ${message}`),
  )
  const watch = (init: EngineInit, engine: Engine<M>): Engine<M> => {
    const life = { definition, init, engine }
    for (const each of watches) each.begun?.(life)
    return new WatchedEngine(life, watches)
  }
  return {
    ...definition,
    create: (init) =>
      watch(
        init,
        guard(`create(${show(init)})`, () => monitored.create(init)),
      ),
    revive: (init, state) =>
      watch(
        init,
        guard('revive', () => monitored.revive(init, state)),
      ),
  }
}

class WatchedEngine<M extends Message> implements Engine<M> {
  private readonly life: Life<M>
  private readonly watches: readonly Watch<M>[]

  constructor(life: Life<M>, watches: readonly Watch<M>[]) {
    this.life = life
    this.watches = watches
  }

  step(input: Input<M>, at: Instant): void {
    guard(`step(${show(input)})`, () => this.life.engine.step(input, at))
    for (const each of this.watches) each.stepped?.(this.life, input, at)
  }

  take(): Output<M> {
    const output = guard('take', () => this.life.engine.take())
    for (const each of this.watches) each.took?.(this.life, output)
    return output
  }

  observe(): Observation {
    return guard('observe', () => this.life.engine.observe())
  }

  capture(): unknown {
    return guard('capture', () => this.life.engine.capture())
  }
}

/** Runs what may not throw. */
export function guard<T>(what: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Breach) throw error
    return breach(`${what} threw ${String(error)}`, error)
  }
}
