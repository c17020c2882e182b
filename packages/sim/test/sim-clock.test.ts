import { describe, expect, it } from 'vitest'
import { carryOutClock } from '../src/faults/clock-faults.ts'
import type { ClockAction } from '../src/faults/fault-action.ts'
import { Scheduler } from '../src/time/scheduler.ts'
import { SimClock, virtualEpoch } from '../src/time/sim-clock.ts'
import { runAll } from './support/run-all.ts'

/** What both clocks of a machine show at each full second; the first fault comes after half of one, each next a second later. */
function watch(
  actions: ClockAction | readonly ClockAction[],
  seconds: number,
): { wall: number[]; monotonic: number[] } {
  const scheduler = new Scheduler(1)
  const clock = new SimClock(scheduler)
  const shown = { wall: [] as number[], monotonic: [] as number[] }
  const later = (delay: number, run: () => void): void => void scheduler.after(delay, 'fault', undefined, run)
  for (const [i, action] of [actions].flat().entries()) {
    later(500 + 1000 * i, () => carryOutClock(action, clock, later))
  }
  for (let second = 0; second <= seconds; second++) {
    scheduler.after(second * 1000, 'control', undefined, () => {
      const { wall, monotonic } = clock.now()
      shown.wall.push(wall - virtualEpoch)
      shown.monotonic.push(Math.round(monotonic))
    })
  }
  runAll(scheduler)
  return shown
}

describe('a clock', () => {
  it('jumps, for people only', () => {
    expect(watch({ kind: 'clock', target: 1, jump: -700 }, 2)).toEqual({
      wall: [0, 300, 1300],
      monotonic: [0, 1000, 2000],
    })
  })

  it('leaps forward for everybody', () => {
    expect(watch({ kind: 'clock-step', target: 1, jump: 700 }, 2)).toEqual({
      wall: [0, 1700, 2700],
      monotonic: [0, 1700, 2700],
    })
  })

  it('jumps back and forth', () => {
    const action = { kind: 'clock-strobe', target: 1, jump: 200, period: 1000, duration: 3500 } as const
    expect(watch(action, 5).wall).toEqual([0, 1200, 2000, 3200, 4000, 5000])
  })

  it('goes faster for a while, and both clocks with it', () => {
    const action = { kind: 'clock-drift', target: 1, rate: 1.5, duration: 2000 } as const
    const expected = [0, 1250, 2750, 4000, 5000]
    expect(watch(action, 4)).toEqual({ wall: expected, monotonic: expected })
  })

  it('goes right again after drifts that overlap', () => {
    const drift = (rate: number) => ({ kind: 'clock-drift', target: 1, rate, duration: 2000 }) as const
    const { wall } = watch([drift(1.5), drift(0.5)], 6)
    expect(wall).toEqual([0, 1250, 2250, 2750, 3500, 4500, 5500])
  })

  it('measures time at the rate that it has', () => {
    const clock = new SimClock(new Scheduler(1), 0, 2)
    expect(clock.virtualDelay(100)).toBe(50)
    clock.drift(0.5)
    expect(clock.virtualDelay(100)).toBe(200)
    clock.leap(-50)
    expect(clock.now().monotonic).toBe(0)
  })
})
