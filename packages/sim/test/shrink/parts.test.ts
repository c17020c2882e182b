import type { AnyEngineDefinition } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  type PlannedFault,
  Random,
  type Scenario,
  type Trial,
  type Violation,
  drawScenario,
  faultForms,
  faultKinds,
  signatureOf,
} from '../../src/index.ts'
import { cutInterval } from '../../src/shrink/intervals.ts'
import { hurry } from '../../src/shrink/hurry.ts'
import { waitLess } from '../../src/shrink/passes/wait-less.ts'
import { trim } from '../../src/shrink/trim.ts'

const engine = { electionTimeout: 300, links: 'any' } as unknown as AnyEngineDefinition

const pause = (at: number, duration: number): PlannedFault => ({
  at,
  action: { kind: 'pause', target: 1, duration },
})
const call = (at: number, serial: number): { at: number; client: number; serial: number } => ({
  at,
  client: 1,
  serial,
})

const scenario = drawScenario({
  engine,
  seed: 1,
  scenario: {
    chaos: 1000,
    plan: [pause(100, 50), pause(150, 400), pause(300, 500), pause(700, 0.3)],
    calls: [call(50, 1), call(350, 2), call(900, 3)],
  },
})

describe('time that is cut out', () => {
  it('takes what was planned for it along, and makes the rest come earlier', () => {
    const { chaos, plan, calls } = cutInterval(scenario, 200, 400, 'drop')
    expect(chaos).toBe(800)
    expect(plan).toEqual([pause(100, 50), pause(150, 200), pause(500, 0.3)])
    expect(calls).toEqual([call(50, 1), call(700, 3)])
  })

  it('can leave what was planned, all at once', () => {
    const { plan, calls } = cutInterval(scenario, 200, 400, 'keep')
    expect(plan).toEqual([pause(100, 50), pause(150, 200), pause(200, 400), pause(500, 0.3)])
    expect(calls).toEqual([call(50, 1), call(200, 2), call(700, 3)])
  })

  it('leaves nothing that lasts less than no time', () => {
    const at = 176.1
    for (let length = 0.1; length < 300; length += 0.7) {
      const { plan } = cutInterval({ ...scenario, plan: [pause(at, length)] }, at / 3, at + 1000, 'keep')
      expect(plan[0]!.action).toMatchObject({ duration: 0 })
    }
  })
})

describe('pauses that are cut', () => {
  it('leave the order, and what is close together as close', () => {
    const long = { ...scenario, chaos: 10_000, plan: [pause(5000, 50)], calls: [call(100, 1), call(5005, 2)] }
    let shortest = Infinity
    for (let seed = 1; seed <= 50; seed++) {
      const { chaos, plan, calls } = hurry(long, new Random(seed))
      const [first, second] = calls!
      expect(plan[0]!.action).toEqual(long.plan[0]!.action)
      expect(second!.at - plan[0]!.at).toBeCloseTo(5, 0)
      expect(first!.at).toBeLessThan(plan[0]!.at)
      expect(second!.at).toBeLessThan(chaos)
      expect(chaos).toBeLessThanOrEqual(long.chaos)
      shortest = Math.min(shortest, chaos)
    }
    expect(shortest).toBeLessThan(long.chaos / 5)
  })
})

describe('pauses after the chaos', () => {
  it('are cut as the others are', () => {
    const long = { ...scenario, chaos: 1000, plan: [pause(100, 50), pause(9000, 50)], calls: [] }
    for (let seed = 1; seed <= 50; seed++) {
      const { chaos, plan } = hurry(long, new Random(seed))
      expect(plan[0]!.at).toBeLessThan(chaos)
      expect(plan[1]!.at).toBeGreaterThan(chaos)
    }
  })
})

describe('waiting', () => {
  const found: Trial = { signature: 'liveness', steps: 10, virtualMs: 9000, calls: [], faults: [] }
  /** What is proposed if everything is taken. */
  const reached = (start: Scenario, trial: Trial): Scenario => {
    const proposals = waitLess.propose(start, trial)
    let next = proposals.next()
    while (next.done !== true) next = proposals.next(next.value)
    return next.value
  }

  it('is cut to the least where a run fails after things went wrong', () => {
    const { recoveryLimit, requestTimeout, network } = reached({ ...scenario, requestTimeout: 4000 }, found)
    expect({ recoveryLimit, requestTimeout, keepalive: network.keepalive }).toEqual({
      recoveryLimit: 0,
      requestTimeout: 1000,
      keepalive: 100,
    })
  })

  it('is left as it is where it matters to nobody, and what is less already', () => {
    expect(reached(scenario, { ...found, virtualMs: 900 })).toBe(scenario)
    const quick = { ...scenario, requestTimeout: 600, network: { ...scenario.network, keepalive: 50 } }
    expect(reached(quick, found)).toEqual({ ...quick, recoveryLimit: 0 })
  })
})

describe('trimming', () => {
  const trial = {
    signature: 'agreement',
    steps: 10,
    virtualMs: 400.5,
    calls: [call(50.5, 1), call(401, 2)],
    faults: [],
  }

  it('leaves out what came after the failure', () => {
    const { chaos, plan, calls, finalPowerCut } = trim(scenario, trial, 1)
    expect({ chaos, calls, finalPowerCut }).toEqual({
      chaos: 402,
      calls: [call(50.5, 1)],
      finalPowerCut: false,
    })
    expect(plan).toEqual(scenario.plan.slice(0, 3))
  })

  it('leaves everything if it failed only when things had been mended', () => {
    const late = { ...trial, virtualMs: 1000.1 }
    expect(trim(scenario, late, 1)).toEqual({ ...scenario, calls: trial.calls })
  })
})

describe('the fields of faults', () => {
  it('are known for every kind that can be planned', () => {
    const perFrame = ['loss', 'duplicate', 'reorder']
    expect([...faultForms().keys()]).toEqual(faultKinds.filter((kind) => !perFrame.includes(kind)))
  })

  it('are what is drawn', () => {
    const crash = faultForms().get('crash')!
    expect([...crash.keys()]).toEqual(['target', 'moment', 'downtime'])
    expect(crash.get('target')).toMatchObject({ type: 'number', isNode: true, words: ['leader'] })
    expect(crash.get('moment')).toMatchObject({ isNode: false, words: ['elected', 'now', 'sync'] })
    expect(crash.get('downtime')).toMatchObject({ type: 'number', isNode: false, words: [] })
    expect(faultForms().get('partition')!.get('side')).toMatchObject({ type: 'list', isNode: true })
    expect(faultForms().get('isolate')!.get('silent')).toMatchObject({ type: 'boolean' })
    expect(faultForms().get('isolate')!.get('direction')!.words).toEqual(['both', 'in', 'out'])
    expect(faultForms().get('clock')!.get('jump')!.least).toBeLessThan(0)
  })
})

describe('the signature of a failure', () => {
  const of = (invariant: Violation['invariant'], message: string): string | undefined =>
    signatureOf({ invariant, message, node: 1, context: {} })

  it("is the invariant's name, and words where that says little", () => {
    expect(signatureOf(undefined)).toBeUndefined()
    expect(of('agreement', 'replica 2 applies another entry at index 7')).toBe('agreement')
    const one = of('assertion', 'what is committed is not truncated {"from":7}')
    expect(one).toBe('assertion: what is committed is not truncated')
    expect(of('assertion', 'what is committed is not truncated {"from":12}')).toBe(one)
    expect(of('assertion', 'two leaders in one term {"term":3}')).not.toBe(one)
    expect(of('refinement', 'keep-chosen: replica 2 drops what is chosen at 7')).toBe(
      'refinement: keep-chosen',
    )
    expect(of('engine', 'term 7 follows 8')).toBe('engine: term # follows #')
  })
})
