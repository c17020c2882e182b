import type { Engine, EngineDefinition } from '@quorate/core'
import {
  checkDelta,
  raft,
  type RaftMessage,
  type RaftOptions,
  type RaftState,
  validate,
} from '../../src/index.ts'

/** Raft whose every step and turn is followed by `validate` and `checkDelta`. */
export function checkedRaft(options: RaftOptions = {}): EngineDefinition<RaftMessage> {
  const definition = raft(options)
  return {
    ...definition,
    create: (init) => checkedEngine(definition.create(init)),
    revive: (init, state) => checkedEngine(definition.revive(init, state)),
  }
}

function checkedEngine(engine: Engine<RaftMessage>): Engine<RaftMessage> {
  let before = engine.capture() as RaftState
  const check = (): void => {
    const after = engine.capture() as RaftState
    validate(after)
    checkDelta(before, after)
    before = after
  }
  return {
    step(input, at) {
      engine.step(input, at)
      check()
    },
    take() {
      const output = engine.take()
      check()
      return output
    },
    observe: () => engine.observe(),
    capture: () => engine.capture(),
  }
}
