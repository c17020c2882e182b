import type { Instant } from '@quorate/core'
import type { Scheduler } from './scheduler.ts'

/** The virtual moment that a simulation begins at, milliseconds since 1970: the start of the year 2000. */
export const virtualEpoch = 946_684_800_000

/** One machine's clocks: they may be wrong, differently on each machine. */
export class SimClock {
  /** Milliseconds by which the wall clock is off. */
  skew: number
  /** Milliseconds of this clock per millisecond of virtual time. */
  readonly rate: number
  private readonly scheduler: Scheduler

  constructor(scheduler: Scheduler, skew = 0, rate = 1) {
    this.scheduler = scheduler
    this.skew = skew
    this.rate = rate
  }

  /** The wall clock in whole milliseconds, as real ones are read. */
  now(): Instant {
    const elapsed = (this.scheduler.now / 1000) * this.rate
    return { wall: Math.floor(virtualEpoch + this.skew + elapsed), monotonic: elapsed }
  }

  /** How much virtual time passes, in milliseconds, while this clock measures `duration`. */
  virtualDelay(duration: number): number {
    return Math.max(0, duration) / this.rate
  }
}
