import type { Environment, Instant, TimerHandle } from '@quorate/core'
import type { Random } from '../random/random.ts'
import type { Scheduler } from './scheduler.ts'
import type { SimClock } from './sim-clock.ts'
import type { EventOwner } from './sim-event.ts'

/** Time and randomness of one life of a process. */
export class SimEnvironment implements Environment {
  private readonly scheduler: Scheduler
  private readonly owner: EventOwner
  private readonly clock: SimClock
  private readonly draws: Random

  constructor(scheduler: Scheduler, owner: EventOwner, clock: SimClock, draws: Random) {
    this.scheduler = scheduler
    this.owner = owner
    this.clock = clock
    this.draws = draws
  }

  now(): Instant {
    return this.clock.now()
  }

  random(): number {
    return this.draws.fraction()
  }

  setTimer(delay: number, run: () => void): TimerHandle {
    const event = this.scheduler.after(this.clock.virtualDelay(delay), 'timer', this.owner, run)
    return {
      cancel: () => {
        event.cancelled = true
      },
    }
  }

  /** At this same moment, behind everything that is already due. */
  endOfTurn(run: () => void): void {
    this.scheduler.after(0, 'turn', this.owner, run)
  }
}
