import type { Environment, Instant, TimerHandle } from '@quorate/core'

interface ManualTimer {
  readonly due: number
  readonly run: () => void
}

/** Time that moves when it is told to, and turns that end when they are told to. */
export class ManualEnvironment implements Environment {
  /** Milliseconds. */
  time = 0
  /** What `random` gives. */
  fraction = 0
  /** Timers that were ever set. */
  timersSet = 0
  private readonly timers = new Set<ManualTimer>()
  private waiting: (() => void)[] = []

  now(): Instant {
    return { wall: 1_000_000 + this.time, monotonic: this.time }
  }

  random(): number {
    return this.fraction
  }

  setTimer(delay: number, run: () => void): TimerHandle {
    const timer = { due: this.time + delay, run }
    this.timersSet += 1
    this.timers.add(timer)
    return { cancel: () => void this.timers.delete(timer) }
  }

  endOfTurn(run: () => void): void {
    this.waiting.push(run)
  }

  /** Timers that are running. */
  get running(): number {
    return this.timers.size
  }

  /** Is there anything left for the end of this turn? */
  get isIdle(): boolean {
    return this.waiting.length === 0
  }

  /** Ends one turn: runs what has asked for it, and not what asks for it meanwhile. */
  turn(): void {
    const runs = this.waiting
    this.waiting = []
    for (const run of runs) run()
  }

  /** Ends turns until nothing asks for another. */
  settle(): void {
    for (let turns = 0; !this.isIdle; turns++) {
      if (turns > 10_000) throw new Error('it does not settle')
      this.turn()
    }
  }

  /** Lets so many milliseconds pass, with all that happens in them. */
  advance(duration: number): void {
    const end = this.time + duration
    this.settle()
    for (;;) {
      const next = [...this.timers].reduce<ManualTimer | undefined>(
        (first, timer) => (first === undefined || timer.due < first.due ? timer : first),
        undefined,
      )
      if (next === undefined || next.due > end) break
      this.timers.delete(next)
      this.time = Math.max(this.time, next.due)
      next.run()
      this.settle()
    }
    this.time = end
  }
}
