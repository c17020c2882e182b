import type { Environment, Instant, TimerHandle } from '@quorate/core'

/** `setTimeout` takes no more; longer delays are made of several. Milliseconds. */
const longestTimeout = 2 ** 31 - 1

/**
 * Real time and randomness.
 *
 * The end of the turn is the check phase of the event loop (`setImmediate`): it comes after the poll phase has read
 * every socket that had something to read, so one turn takes in whatever has arrived. All that ask for it share one
 * immediate.
 */
export function nodeEnvironment(): Environment {
  return new NodeEnvironment()
}

class NodeEnvironment implements Environment {
  private waiting: (() => void)[] = []
  private readonly endTurn = (): void => {
    const runs = this.waiting
    this.waiting = []
    let i = 0
    try {
      while (i < runs.length) runs[i++]!()
    } finally {
      // One that throws must not keep the others from running.
      if (i < runs.length) {
        this.waiting = [...runs.slice(i), ...this.waiting]
        setImmediate(this.endTurn)
      }
    }
  }

  now(): Instant {
    return { wall: Date.now(), monotonic: performance.now() }
  }

  random(): number {
    return Math.random()
  }

  setTimer(delay: number, run: () => void): TimerHandle {
    return new NodeTimer(delay, run)
  }

  endOfTurn(run: () => void): void {
    if (this.waiting.length === 0) setImmediate(this.endTurn)
    this.waiting.push(run)
  }
}

/** A timer that never fires early: `setTimeout` counts whole milliseconds, and may come up to one too soon. */
class NodeTimer implements TimerHandle {
  private readonly deadline: number
  private readonly run: () => void
  private handle: NodeJS.Timeout

  constructor(delay: number, run: () => void) {
    this.deadline = performance.now() + delay
    this.run = run
    this.handle = this.arm(delay)
  }

  cancel(): void {
    clearTimeout(this.handle)
  }

  private arm(delay: number): NodeJS.Timeout {
    return setTimeout(
      () => {
        const left = this.deadline - performance.now()
        if (left > 0) this.handle = this.arm(left)
        else this.run()
      },
      Math.min(Math.max(1, Math.ceil(delay)), longestTimeout),
    )
  }
}
