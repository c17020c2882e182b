import { type AnyEngineDefinition, type AnyMachineDefinition, type Output } from '@quorate/core'
import { mvcc } from '@quorate/mvcc'
import { multiPaxos } from '@quorate/paxos'
import { raft } from '@quorate/raft'
import { type ViolationName, simulate } from '@quorate/sim'
import { describe, expect, it } from 'vitest'
import { mvccWorkload } from 'quorate'
import { type Weather, slowDisksAndCrashes } from '../mutants/weather.ts'
import { storm } from './support/storm.ts'
import { wrapEngine } from './support/wrap-engine.ts'

/** The seeds within which each mistake must be found. */
const mostSeeds = 50

/** A mistake around an engine, rather than a rule of it switched off: those are in `test/mutants`. */
interface Mistake {
  readonly name: string
  readonly engine: AnyEngineDefinition
  readonly machine: AnyMachineDefinition
  readonly weather: Weather
  readonly invariants: readonly ViolationName[]
}

/** Sends what waits for the disk at once: what a careless host does. */
function sendsBeforeDurable(engine: AnyEngineDefinition): AnyEngineDefinition {
  return wrapEngine(engine, (output: Output) => ({
    ...output,
    send: [...output.send, ...output.sendAfter.flatMap(({ envelopes }) => envelopes)],
    sendAfter: [],
  }))
}

/** A machine whose state depends on something else than the log. */
function hasty(): AnyMachineDefinition {
  const right = mvcc()
  let machines = 0
  return {
    ...right,
    create: () => {
      const machine = right.create()
      const flaw = ++machines
      let applied = 0
      return {
        apply: (command, at, changes) => {
          applied += 1
          return machine.apply(command, at, changes)
        },
        query: (query) => machine.query(query),
        snapshot: () => machine.snapshot(),
        restore: (chunks) => machine.restore(chunks),
        digest: () => (machine.digest() + (applied > 20 && flaw === 3 ? 1 : 0)) >>> 0,
      }
    },
  }
}

const mistakes: readonly Mistake[] = [
  {
    name: 'a host that sends before the disk has it',
    engine: sendsBeforeDurable(raft()),
    machine: mvcc(),
    weather: slowDisksAndCrashes,
    invariants: ['refinement'],
  },
  {
    name: 'a host of Multi-Paxos that sends before the disk has it',
    engine: sendsBeforeDurable(multiPaxos()),
    machine: mvcc(),
    weather: slowDisksAndCrashes,
    invariants: ['refinement', 'paxos A1', 'paxos A3'],
  },
  {
    name: 'a machine that is not deterministic',
    engine: raft({ heartbeatInterval: 60 }),
    machine: hasty(),
    weather: { squalls: [] },
    invariants: ['state-digest'],
  },
]

describe.each(mistakes)('$name', ({ name, engine, machine, weather, invariants }) => {
  it(`is caught within ${mostSeeds} seeds`, () => {
    for (let seed = 1; seed <= mostSeeds; seed++) {
      const { violation, eventLog } = simulate({
        engine,
        machine,
        workload: mvccWorkload,
        seed,
        replicas: 3,
        faults: 'none',
        scenario: {
          chaos: 8000,
          operations: 300,
          finalPowerCut: false,
          ...weather.scenario,
          plan: storm(seed, 8000, weather.squalls),
        },
      })
      if (violation === undefined) continue
      console.log(`${name}: seed ${seed}, ${violation.invariant}: ${violation.message}`)
      expect(invariants).toContain(violation.invariant)
      expect(eventLog.length).toBeGreaterThan(10)
      return
    }
    expect.unreachable('no seed caught it')
  })
})
