import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { EventQueue } from '../src/time/event-queue.ts'
import { Scheduler } from '../src/time/scheduler.ts'
import { SimClock, virtualEpoch } from '../src/time/sim-clock.ts'
import { SimEnvironment } from '../src/time/sim-environment.ts'
import type { EventOwner } from '../src/time/sim-event.ts'
import { Random } from '../src/random/random.ts'
import { runAll } from './support/run-all.ts'

describe('EventQueue', () => {
  it('gives the earliest first, and equals in the order of their sequences', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
        const queue = new EventQueue<{ time: number; sequence: number }>()
        const items = times.map((time, sequence) => ({ time, sequence }))
        for (const item of items) queue.push(item)
        const popped = items.map(() => queue.pop())
        expect(popped).toEqual(items.toSorted((a, b) => a.time - b.time || a.sequence - b.sequence))
        expect(queue.pop()).toBeUndefined()
      }),
    )
  })
})

describe('Scheduler', () => {
  it('runs events in the order of their times, then of their scheduling', () => {
    const scheduler = new Scheduler(1)
    const seen: string[] = []
    scheduler.after(2, 'timer', undefined, () => seen.push('late'))
    scheduler.after(1, 'timer', undefined, () => {
      seen.push('first')
      scheduler.after(0, 'turn', undefined, () => seen.push('end of turn'))
    })
    scheduler.after(1, 'timer', undefined, () => seen.push('second'))
    runAll(scheduler)
    expect(seen).toEqual(['first', 'second', 'end of turn', 'late'])
    expect(scheduler.now).toBe(2000)
    expect(scheduler.steps).toBe(4)
  })

  it('rounds up to its quantum, never down', () => {
    const scheduler = new Scheduler(100)
    const times: number[] = []
    for (const delay of [0.001, 0.1, 0.101])
      scheduler.after(delay, 'timer', undefined, () => times.push(scheduler.now))
    runAll(scheduler)
    expect(times).toEqual([100, 100, 200])
  })

  it('lets nothing happen to the dead, and nothing that was cancelled', () => {
    const scheduler = new Scheduler(1)
    const owner: EventOwner = { node: 1, alive: true, deferred: undefined }
    const seen: string[] = []
    scheduler.after(1, 'timer', owner, () => seen.push('dead'))
    scheduler.after(1, 'timer', undefined, () => seen.push('cancelled')).cancelled = true
    scheduler.after(2, 'timer', undefined, () => seen.push('alive'))
    owner.alive = false
    runAll(scheduler)
    expect(seen).toEqual(['alive'])
  })

  it('defers what happens to a paused process, in order', () => {
    const scheduler = new Scheduler(1)
    const owner: EventOwner = { node: 1, alive: true, deferred: [] }
    const seen: [string, number][] = []
    const note = (what: string) => () => seen.push([what, scheduler.now])
    scheduler.after(1, 'timer', owner, note('a'))
    scheduler.after(2, 'frame', owner, note('b'))
    scheduler.after(3, 'fault', undefined, () => scheduler.resume(owner))
    scheduler.after(3, 'timer', owner, note('c'))
    runAll(scheduler)
    // c was due at that very moment, and had been scheduled long before.
    expect(seen).toEqual([
      ['c', 3000],
      ['a', 3000],
      ['b', 3000],
    ])
  })
})

describe('SimEnvironment', () => {
  const start = (skew: number, rate: number): { scheduler: Scheduler; environment: SimEnvironment } => {
    const scheduler = new Scheduler(1)
    const owner = { node: 1, alive: true, deferred: undefined }
    const clock = new SimClock(scheduler, skew, rate)
    return { scheduler, environment: new SimEnvironment(scheduler, owner, clock, new Random(1)) }
  }

  it('ends a turn behind everything that is due', () => {
    const { scheduler, environment } = start(0, 1)
    const seen: string[] = []
    environment.setTimer(1, () => {
      environment.endOfTurn(() => seen.push('turn'))
      seen.push('one')
    })
    environment.setTimer(1, () => seen.push('two'))
    runAll(scheduler)
    expect(seen).toEqual(['one', 'two', 'turn'])
  })

  it('never lets a timer fire early by its own clock, however wrong the clock is', () => {
    for (const rate of [0.97, 1, 1.03]) {
      const { scheduler, environment } = start(5000, rate)
      const delays = [0.01, 1, 33.3, 1000]
      for (const delay of delays) {
        const due = environment.now().monotonic + delay
        environment.setTimer(delay, () =>
          expect(environment.now().monotonic).toBeGreaterThanOrEqual(due - 1e-9),
        )
      }
      runAll(scheduler)
      expect(environment.now().wall).toBe(Math.floor(virtualEpoch + 5000 + (scheduler.now / 1000) * rate))
    }
  })

  it('forgets a cancelled timer', () => {
    const { scheduler, environment } = start(0, 1)
    let fired = false
    environment.setTimer(1, () => (fired = true)).cancel()
    runAll(scheduler)
    expect(fired).toBe(false)
  })
})
