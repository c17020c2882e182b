import type { Engine, EngineDefinition, EngineInit, Input, Instant, Message, Output } from '@quorate/core'
import { Storm } from './storm.ts'
import type { EngineSubject } from './subject.ts'
import type { Watch } from './watched.ts'

/** One thing that an engine was given. */
export type Given<M extends Message> = { readonly input: Input<M>; readonly at: Instant } | 'take'

/** What one engine was given in its life, and what it gave. */
export interface Recording<M extends Message> {
  readonly definition: EngineDefinition<M>
  readonly init: EngineInit
  readonly given: Given<M>[]
  readonly outputs: Output<M>[]
}

/** The lives of all engines of some storms. */
export function recordings<M extends Message>(subject: EngineSubject<M>): Recording<M>[] {
  const recorded: Recording<M>[] = []
  for (let seed = 1; seed <= Math.ceil((subject.runs ?? 6) / 2); seed++) {
    const lives = new Map<object, Recording<M>>()
    const recorder: Watch<M> = {
      begun({ definition, init, engine }) {
        const recording: Recording<M> = { definition, init, given: [], outputs: [] }
        lives.set(engine, recording)
        recorded.push(recording)
      },
      stepped: ({ engine }, input, at) => void lives.get(engine)!.given.push({ input, at }),
      took({ engine }, output) {
        const { given, outputs } = lives.get(engine)!
        given.push('take')
        outputs.push(output)
      },
    }
    const storm = new Storm(seed % 2 === 0 ? subject.compacting : subject.definition, 3, 100 + seed, [
      recorder,
    ])
    storm.rage(subject.length ?? 350)
  }
  return recorded
}

/** Gives an engine all of it again. `afterTake` gives the engine that goes on. */
export function replay<M extends Message>(
  { given }: Recording<M>,
  engine: Engine<M>,
  afterTake: (engine: Engine<M>, output: Output<M>, number: number) => Engine<M> | void = () => {},
): { engine: Engine<M>; outputs: Output<M>[] } {
  let current = engine
  const outputs: Output<M>[] = []
  for (const one of given) {
    if (one !== 'take') {
      current.step(one.input, one.at)
      continue
    }
    const output = current.take()
    outputs.push(output)
    current = afterTake(current, output, outputs.length) ?? current
  }
  return { engine: current, outputs }
}
