import type { Instant } from '@quorate/core'
import type { Scheduler } from './scheduler.ts'

/** The virtual moment that a simulation begins at, milliseconds since 1970: the start of the year 2000. */
export const virtualEpoch = 946_684_800_000

/** One machine's clocks: they may be wrong, differently on each machine. The monotonic one never goes back. */
export class SimClock {
  /** Milliseconds by which the wall clock is off. */
  skew: number
  /** What it goes at when nothing is wrong with it. */
  readonly ownRate: number
  private currentRate: number
  /** What the monotonic clock showed when its rate last changed, and when that was, in virtual milliseconds. */
  private shown = 0
  private since = 0
  private readonly scheduler: Scheduler

  constructor(scheduler: Scheduler, skew = 0, rate = 1) {
    this.scheduler = scheduler
    this.skew = skew
    this.ownRate = rate
    this.currentRate = rate
  }

  /** Milliseconds of this clock per millisecond of virtual time. */
  get rate(): number {
    return this.currentRate
  }

  /** The wall clock in whole milliseconds, as real ones are read. */
  now(): Instant {
    const elapsed = this.elapsed
    return { wall: Math.floor(virtualEpoch + this.skew + elapsed), monotonic: elapsed }
  }

  /** How much virtual time passes, in milliseconds, while this clock measures `duration` at its rate of now. */
  virtualDelay(duration: number): number {
    return Math.max(0, duration) / this.currentRate
  }

  /** From now on it goes at that rate. Timers that run already keep their times. */
  drift(rate: number): void {
    this.shown = this.elapsed
    this.since = this.scheduler.now / 1000
    this.currentRate = rate
  }

  /** Both clocks leap forward, as after a machine was suspended. */
  leap(milliseconds: number): void {
    this.shown += Math.max(0, milliseconds)
  }

  private get elapsed(): number {
    return this.shown + (this.scheduler.now / 1000 - this.since) * this.currentRate
  }
}
