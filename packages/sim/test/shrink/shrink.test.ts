import type { AnyEngineDefinition } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type PlannedCall,
  type PlannedFault,
  type Scenario,
  type ShrinkProgress,
  type Trial,
  type TryScenario,
  calmClock,
  calmDisk,
  calmSettings,
  drawScenario,
  shrink,
  shrinkSteps,
} from '../../src/index.ts'

const engine = { electionTimeout: 300, links: 'any' } as unknown as AnyEngineDefinition

/** A scenario of five replicas with forty pauses, numbered by their durations, and a hundred calls. */
function large(seed: number): Scenario {
  const plan: PlannedFault[] = Array.from({ length: 40 }, (_, i) => ({
    at: 100.123 * i,
    action: { kind: 'pause', target: 1 + (i % 5), duration: i + 1 },
  }))
  const calls: PlannedCall[] = Array.from({ length: 100 }, (_, i) => ({
    at: 40.7 * i,
    client: 1 + (i % 4),
    serial: i + 1,
  }))
  const scenario = { replicas: 5, clients: 4, operations: 100, chaos: 5000, plan, calls }
  return drawScenario({ engine, seed, scenario })
}

/** A stand-in for the simulator: a run fails as soon as what happened so far has a reason to. */
function fake(reason: (soFar: Scenario) => string | undefined): TryScenario & { runs: number } {
  const trial = (scenario: Scenario, limit: { readonly steps: number }): Trial => {
    trial.runs += 1
    const { plan, calls = [], chaos, replicas } = scenario
    const times = [...plan, ...calls].map(({ at }) => at).filter((at) => at < chaos)
    for (const time of [...times.sort((a, b) => a - b), chaos]) {
      const soFar = { plan: plan.filter(({ at }) => at <= time), calls: calls.filter(({ at }) => at <= time) }
      const steps = Math.round(time) + 10 * soFar.plan.length + 27 * soFar.calls.length + 50 * replicas
      const signature = steps > limit.steps ? undefined : reason({ ...scenario, ...soFar })
      if (signature === undefined && steps <= limit.steps && time < chaos) continue
      return { signature, steps, virtualMs: time, calls: soFar.calls, faults: soFar.plan }
    }
    throw new Error('the last time is that of the end')
  }
  trial.runs = 0
  return trial
}

const unlimited = { steps: Infinity, virtualMs: Infinity }

const durationsOf = ({ plan }: Scenario): number[] =>
  plan.map(({ action }) => ('duration' in action ? action.duration : 0))

describe('shrinking', () => {
  it('leaves only what the failure needs', () => {
    const trial = fake(({ plan, calls = [] }) => {
      const isPaused = plan.some(({ action }) => action.kind === 'pause' && action.target === 2)
      return isPaused && calls.some(({ serial }) => serial === 60) ? 'agreement' : undefined
    })
    const original = large(1)
    const { scenario, signature, smallest, original: before, isComplete } = shrink(original, trial)
    expect({ signature, isComplete }).toEqual({ signature: 'agreement', isComplete: true })
    expect(scenario.plan).toHaveLength(1)
    expect(scenario.plan[0]!.action).toMatchObject({ kind: 'pause', target: 2 })
    expect(scenario.calls!.map(({ serial, client }) => ({ serial, client }))).toEqual([
      { serial: 60, client: 1 },
    ])
    // The pause is of replica 2.
    expect(scenario.replicas).toBe(2)
    expect(scenario).toMatchObject({
      ...calmSettings,
      clients: 1,
      disks: [calmDisk, calmDisk],
      clocks: [calmClock, calmClock],
    })
    expect(scenario.chaos).toBeLessThan(original.chaos / 10)
    expect(smallest).toEqual({ steps: smallest.steps, faults: 1, calls: 1, replicas: 2 })
    expect(before).toMatchObject({ faults: 40, calls: 60, replicas: 5 })
  })

  it('keeps faults that only fail together', () => {
    const trial = fake((scenario) => {
      const { plan } = scenario
      const isFirst = plan.some(({ action }) => action.kind === 'pause' && action.target === 2)
      const isSecond = plan.some(({ action }) => action.kind === 'pause' && action.target === 5)
      return isFirst && isSecond && scenario.clocks[1]!.rate === 1 ? 'agreement' : undefined
    })
    const clocks = Array.from({ length: 5 }, () => calmClock)
    const { scenario } = shrink({ ...large(1), clocks }, trial)
    expect(new Set(scenario.plan.map(({ action }) => 'target' in action && action.target))).toEqual(
      new Set([2, 5]),
    )
    expect(scenario.plan).toHaveLength(2)
    expect(scenario.replicas).toBe(5)
  })

  it('never takes what fails in another way, or not at all', () => {
    const parts = fc.record({
      seed: fc.nat(1000),
      needed: fc.integer({ min: 1, max: 40 }),
      other: fc.integer({ min: 1, max: 40 }),
    })
    fc.assert(
      fc.property(parts, ({ seed, needed, other }) => {
        const reason = (scenario: Scenario): string | undefined => {
          const durations = durationsOf(scenario)
          if (!durations.includes(needed)) return undefined
          return scenario.network.loss > 0 || durations.includes(other) ? 'agreement' : 'liveness'
        }
        const original = large(seed)
        const { scenario, signature, smallest } = shrink(original, fake(reason), { runs: 300 })
        expect(signature).toBe(fake(reason)(original, unlimited).signature)
        expect(fake(reason)(scenario, unlimited)).toMatchObject({ signature, steps: smallest.steps })
      }),
      { numRuns: 30 },
    )
  })

  it('gives the same each time', () => {
    const trial = fake(({ plan }) => (plan.length >= 7 ? 'agreement' : undefined))
    expect(shrink(large(3), trial)).toEqual(shrink(large(3), trial))
  })

  it('keeps to its budget, and says how far it is', () => {
    const trial = fake((scenario) => (durationsOf(scenario).includes(30) ? 'agreement' : undefined))
    const seen: ShrinkProgress[] = []
    const { runs, isComplete } = shrink(large(3), trial, {
      runs: 20,
      onProgress: (progress) => seen.push(progress),
    })
    expect({ runs, isComplete, really: trial.runs }).toEqual({ runs: 20, isComplete: false, really: 20 })
    expect(seen.map((progress) => progress.runs)).toEqual(Array.from({ length: 19 }, (_, i) => i + 1))
    expect(seen[0]).toMatchObject({ pass: 'original', smallest: { faults: 30 } })
    expect(seen.at(-1)!.smallest.faults).toBeLessThan(30)
    expect(shrink(large(3), trial, { events: 1 }).runs).toBe(2)
  })

  it('can be done one run at a time', () => {
    const trial = fake(({ plan }) => (plan.length >= 7 ? 'agreement' : undefined))
    const steps = shrinkSteps(large(3), trial, { runs: 50 })
    for (let runs = 1; runs <= 10; runs++) {
      expect(steps.next().value).toMatchObject({ runs })
      expect(trial.runs).toBe(runs)
    }
  })

  it('follows a run for no longer than it can be better', () => {
    const limits: number[] = []
    const trial = fake(({ plan }) => (plan.length >= 7 ? 'agreement' : undefined))
    shrink(large(3), (scenario, limit) => {
      limits.push(limit.steps)
      return trial(scenario, limit)
    })
    const original = trial(large(3), unlimited).steps
    expect(limits[0]).toBe(Infinity)
    expect(limits.at(-1)).toBe(Infinity)
    expect(limits.slice(1, -1).every((limit) => limit < 4 * original)).toBe(true)
    expect(limits.at(-2)).toBeLessThan(original / 2)
  })

  it('refuses a run that does not fail', () => {
    expect(() =>
      shrink(
        large(1),
        fake(() => undefined),
      ),
    ).toThrow('the run of seed 1 does not fail: there is nothing to shrink')
  })
})
