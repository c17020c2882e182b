import type { SimClock } from '../time/sim-clock.ts'
import type { ClockAction } from './fault-action.ts'

/** Lets a clock go wrong. `later`: does something after so many milliseconds. */
export function carryOutClock(
  action: ClockAction,
  clock: SimClock,
  later: (delay: number, run: () => void) => void,
): void {
  switch (action.kind) {
    case 'clock':
      clock.skew += action.jump
      return
    case 'clock-step':
      return clock.leap(action.jump)
    case 'clock-strobe':
      for (let at = 0, jump = action.jump; at < action.duration; at += action.period, jump = -jump) {
        const by = jump
        later(at, () => (clock.skew += by))
      }
      return
    case 'clock-drift':
      clock.drift(action.rate)
      // Unless another drift has taken its place, which ends by itself.
      later(action.duration, () => clock.rate === action.rate && clock.drift(clock.ownRate))
  }
}
