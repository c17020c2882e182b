import type { Engine, EngineDefinition, MonitorFinding } from '@quorate/core'
import { monitorEngine, refineEngine, type Violation } from '@quorate/sim'
import {
  checkPaxosDelta,
  multiPaxos,
  type MultiPaxosOptions,
  type PaxosMessage,
  type PaxosState,
  validatePaxos,
} from '../../../src/index.ts'

/** What was found broken, by whoever found it. */
export type Finding = MonitorFinding | Pick<Violation, 'invariant' | 'message' | 'node' | 'context'>

/**
 * Multi-Paxos whose every step and turn is followed by all checks that there are: `validatePaxos`, `checkPaxosDelta`, PMMC's
 * invariants and the refinement of the abstract log. One cluster for each call. With `findings` nothing is thrown: what
 * the monitors find is put there, and the engine's own checks are not made (for runs that break rules).
 */
export function checkedPaxos(
  options: MultiPaxosOptions = {},
  findings?: Finding[],
): EngineDefinition<PaxosMessage> {
  const blame = (finding: Finding): void => {
    if (findings === undefined) throw new Error(`${finding.invariant}: ${finding.message} ${told(finding)}`)
    findings.push(finding)
  }
  const definition = multiPaxos(options)
  const checked = findings === undefined ? selfChecked(definition) : definition
  return refineEngine(monitorEngine(checked, blame), blame)
}

function told({ context }: Finding): string {
  return JSON.stringify(context)
}

/** The same, with the engine's own checks after every step and turn. */
export function selfChecked(definition: EngineDefinition<PaxosMessage>): EngineDefinition<PaxosMessage> {
  return {
    ...definition,
    create: (init) => checkedEngine(definition.create(init)),
    revive: (init, state) => checkedEngine(definition.revive(init, state)),
  }
}

function checkedEngine(engine: Engine<PaxosMessage>): Engine<PaxosMessage> {
  let before = engine.capture() as PaxosState
  const check = (): void => {
    const after = engine.capture() as PaxosState
    validatePaxos(after)
    checkPaxosDelta(before, after)
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
