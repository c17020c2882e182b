import type { Environment, TimerChange, TimerHandle } from '@quorate/core'

/**
 * An engine's timers. Setting a timer again is the common case (a follower does it for every message of its leader),
 * so it only moves a deadline; the host's timer is left running and looks at the deadline when it fires.
 */
export class NamedTimers {
  private readonly timers = new Map<string, NamedTimer>()
  private readonly environment: Environment
  private readonly fire: (name: string) => void

  constructor(environment: Environment, fire: (name: string) => void) {
    this.environment = environment
    this.fire = fire
  }

  change({ name, range }: TimerChange): void {
    let timer = this.timers.get(name)
    if (timer === undefined) {
      if (range === undefined) return
      timer = { deadline: undefined, armedFor: Infinity, handle: undefined }
      this.timers.set(name, timer)
    }
    if (range === undefined) {
      timer.deadline = undefined
      return
    }
    const delay = range.min + this.environment.random() * (range.max - range.min)
    timer.deadline = this.environment.now().monotonic + delay
    if (timer.deadline < timer.armedFor) this.arm(name, timer, delay)
  }

  stop(): void {
    for (const timer of this.timers.values()) timer.handle?.cancel()
    this.timers.clear()
  }

  private arm(name: string, timer: NamedTimer, delay: number): void {
    timer.handle?.cancel()
    timer.armedFor = this.environment.now().monotonic + delay
    timer.handle = this.environment.setTimer(delay, () => this.expire(name, timer))
  }

  private expire(name: string, timer: NamedTimer): void {
    timer.handle = undefined
    timer.armedFor = Infinity
    if (timer.deadline === undefined) return
    const left = timer.deadline - this.environment.now().monotonic
    if (left > 0) return this.arm(name, timer, left)
    timer.deadline = undefined
    this.fire(name)
  }
}

interface NamedTimer {
  /** When it runs out; undefined: not set. */
  deadline: number | undefined
  /** When the host's timer fires; Infinity: it is not running. */
  armedFor: number
  handle: TimerHandle | undefined
}
