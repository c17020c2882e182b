import { describe, expect, it } from 'vitest'
import type { AnyEngineDefinition } from '@quorate/core'
import { checkScenario } from '../src/run/check-scenario.ts'
import { type Scenario, type ScenarioChoices, drawScenario } from '../src/run/scenario.ts'
import type { FaultAction } from '../src/faults/fault-action.ts'

/** As much of an engine as a scenario is drawn for. */
const engine = { electionTimeout: 600, links: 'any' } as AnyEngineDefinition

const good = drawScenario({ engine, seed: 1 })

function plan(action: FaultAction, at = 1): Partial<Scenario> {
  return { plan: [...good.plan, { at, action }] }
}

const last = good.plan.length
const flap = { kind: 'flap', a: 1, b: 2, silent: true, period: 10, duration: 100 } as const
const crash = { kind: 'crash', target: 1, moment: 'now', downtime: 10 } as const

describe('a scenario', () => {
  it('that is drawn can be run', () => {
    for (let seed = 0; seed < 50; seed++) {
      expect(() => checkScenario(drawScenario({ engine, seed }))).not.toThrow()
    }
  })

  it.each<[Partial<Scenario>, string]>([
    [{ replicas: 0 }, 'replicas is a whole number from 1 on, and this is 0'],
    [{ clients: -1 }, 'clients is a whole number from 0 on, and this is -1'],
    [{ operations: 0.5 }, 'operations is a whole number from 0 on, and this is 0.5'],
    [{ chaos: NaN }, 'chaos is a number of milliseconds from 0 on, and this is NaN'],
    [{ chaos: Infinity }, 'chaos is a number of milliseconds from 0 on, and this is Infinity'],
    [{ wandering: 1.5 }, 'wandering is a number from 0 to 1, and this is 1.5'],
    [{ quantum: 0 }, 'quantum is a whole number from 1 on, and this is 0'],
    [{ requestTimeout: 0 }, 'requestTimeout is a number above 0, and this is 0'],
    [{ thinkTime: 0 }, 'thinkTime is a number above 0, and this is 0'],
    [plan({ ...flap, period: 0 }), `plan[${last}].action.period is a number above 0, and this is 0`],
    [plan({ ...flap, duration: NaN }), `plan[${last}].action.duration is a number of milliseconds from 0 on`],
    [plan({ ...crash, downtime: -1 }), `plan[${last}].action.downtime is a number of milliseconds from 0 on`],
    [plan(crash, NaN), `plan[${last}].at is a number of milliseconds from 0 on, and this is NaN`],
    [
      plan({ kind: 'clock-drift', target: 1, rate: 0, duration: 1 }),
      `plan[${last}].action.rate is a number above 0, and this is 0`,
    ],
  ])('is refused with %j', (part, message) => {
    expect(() => checkScenario({ ...good, ...part })).toThrow(`scenario: ${message}`)
  })

  it.each<[Partial<ScenarioChoices>, string]>([
    [{ seed: -1 }, 'seed is a whole number from 0 on, and this is -1'],
    [{ seed: 0.5 }, 'seed is a whole number from 0 on, and this is 0.5'],
    [{ replicas: NaN }, 'replicas is a whole number from 1 on, and this is NaN'],
    [{ scenario: { replicas: 0 } }, 'replicas is a whole number from 1 on, and this is 0'],
    [{ faults: ['lightning' as 'crash'] }, '"lightning" is no kind of fault; there are loss, duplicate,'],
  ])('cannot be drawn from %j', (choice, message) => {
    expect(() => drawScenario({ engine, seed: 1, ...choice })).toThrow(`scenario: ${message}`)
  })
})
