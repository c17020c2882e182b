import type { TimerChange } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NamedTimers } from '../src/named-timers.ts'
import { ManualEnvironment } from './support/manual-environment.ts'

function setup() {
  const environment = new ManualEnvironment()
  const fired: string[] = []
  const timers = new NamedTimers(environment, (name) => fired.push(`${name} at ${environment.time}`))
  const set = (name: string, delay: number): void =>
    timers.change({ name, range: { min: delay, max: delay } })
  const cancel = (name: string): void => timers.change({ name, range: undefined })
  return { environment, fired, timers, set, cancel }
}

describe('NamedTimers', () => {
  it('run out once, after a delay drawn from the range', () => {
    const { environment, fired, timers } = setup()
    for (const [fraction, name] of [
      [0, 'a'],
      [0.5, 'b'],
      [0.75, 'c'],
    ] as const) {
      environment.fraction = fraction
      timers.change({ name, range: { min: 100, max: 200 } })
    }
    environment.advance(1000)
    expect(fired).toEqual(['a at 100', 'b at 150', 'c at 175'])
  })

  it('set again run out later, without another timer of the host’s', () => {
    const { environment, fired, set } = setup()
    set('election', 100)
    for (let i = 0; i < 1000; i++) {
      environment.advance(0.05)
      set('election', 100)
    }
    expect([environment.timersSet, fired]).toEqual([1, []])
    environment.advance(99.9)
    expect([environment.timersSet, fired]).toEqual([2, []])
    environment.advance(0.2)
    expect(fired).toHaveLength(1)
    environment.advance(1000)
    expect(fired).toHaveLength(1)
  })

  it('set again to run out earlier do so', () => {
    const { environment, fired, set } = setup()
    set('x', 100)
    set('x', 30)
    environment.advance(1000)
    expect(fired).toEqual(['x at 30'])
    expect(environment.running).toBe(0)
  })

  it('cancelled do not run out, also when they were set again before', () => {
    const { environment, fired, set, cancel } = setup()
    cancel('never set')
    set('x', 100)
    set('x', 150)
    cancel('x')
    environment.advance(120)
    set('x', 5)
    environment.advance(1000)
    expect(fired).toEqual(['x at 125'])
    set('x', 100)
    cancel('x')
    set('x', 200)
    environment.advance(1000)
    expect(fired).toEqual(['x at 125', 'x at 1320'])
  })

  it('may be set again while they run out', () => {
    const environment = new ManualEnvironment()
    let count = 0
    const timers = new NamedTimers(environment, (name) => {
      count += 1
      if (count < 3) timers.change({ name, range: { min: 10, max: 10 } })
    })
    timers.change({ name: 'tick', range: { min: 10, max: 10 } })
    environment.advance(1000)
    expect(count).toBe(3)
  })

  it('stopped leave nothing running', () => {
    const { environment, fired, timers, set } = setup()
    set('a', 10)
    set('b', 20)
    timers.stop()
    environment.advance(1000)
    expect([environment.running, fired]).toEqual([0, []])
  })

  it('do what a list of deadlines does', () => {
    const change: fc.Arbitrary<TimerChange> = fc.record({
      name: fc.constantFrom('a', 'b', 'c'),
      range: fc.option(
        fc.nat({ max: 60 }).map((delay) => ({ min: delay, max: delay })),
        { nil: undefined },
      ),
    })
    fc.assert(
      fc.property(fc.array(fc.tuple(change, fc.nat({ max: 40 }))), (steps) => {
        const { environment, fired, timers } = setup()
        const deadlines = new Map<string, number>()
        const expected: string[] = []
        for (const [each, wait] of steps) {
          timers.change(each)
          if (each.range === undefined) deadlines.delete(each.name)
          else deadlines.set(each.name, environment.time + each.range.min)
          environment.advance(wait)
          for (const [name, deadline] of [...deadlines].sort(([, a], [, b]) => a - b)) {
            if (deadline > environment.time) continue
            deadlines.delete(name)
            expected.push(`${name} at ${deadline}`)
          }
          expect(fired.toSorted()).toEqual(expected.toSorted())
        }
      }),
      { numRuns: 300 },
    )
  })
})
