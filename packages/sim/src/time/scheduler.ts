import { assert } from '@quorate/core'
import { EventQueue } from './event-queue.ts'
import type { EventKind, EventOwner, SimEvent } from './sim-event.ts'

/**
 * Virtual time: runs events one at a time, in the order of their times and, at one time, in the order in which they
 * were scheduled. Time is counted in whole microseconds and moves in steps of `quantum`, so that things can coincide,
 * as they do in the world: a turn of a replica then takes in more than one.
 */
export class Scheduler {
  /** Microseconds since the start. */
  now = 0
  /** Events that happened. */
  steps = 0
  private readonly quantum: number
  private readonly future = new EventQueue<SimEvent>()
  /** What happens at this very moment, behind all of `future` that is due. */
  private readonly present: (SimEvent | undefined)[] = []
  private presentHead = 0
  private presentTail = 0
  private sequence = 0

  /** `quantum`: microseconds. */
  constructor(quantum: number) {
    assert(Number.isInteger(quantum) && quantum > 0, 'time moves in whole microseconds', { quantum })
    this.quantum = quantum
  }

  /** Schedules `run` for `delay` milliseconds from now, rounded up to the next step of time. */
  after(
    delay: number,
    kind: EventKind,
    owner: EventOwner | undefined,
    run: () => void,
    payload = 0,
  ): SimEvent {
    return this.at(this.now + Math.ceil(delay * 1000), kind, owner, run, payload)
  }

  /** Schedules `run` for a time in microseconds, not before now, rounded up to the next step of time. */
  at(time: number, kind: EventKind, owner: EventOwner | undefined, run: () => void, payload = 0): SimEvent {
    const event: SimEvent = {
      time: this.round(time),
      sequence: this.sequence++,
      kind,
      owner,
      payload,
      run,
      cancelled: false,
    }
    this.enqueue(event)
    return event
  }

  /** Takes out the next event that may happen and moves time to it; undefined if there is none. */
  next(): SimEvent | undefined {
    for (;;) {
      const event = this.take()
      if (event === undefined) return undefined
      const { owner } = event
      if (event.cancelled || owner?.alive === false) continue
      if (owner?.deferred !== undefined) owner.deferred.push(event)
      else {
        this.steps += 1
        return event
      }
    }
  }

  /**
   * Lets a paused process go on: everything that it missed happens now, each kind of event after `delay` milliseconds
   * of its own, and in order among its kind. (A process that wakes up finds many things waiting, and looks at some
   * before it looks at others.)
   */
  resume(owner: EventOwner, delay: (kind: EventKind) => number = () => 0): void {
    const { deferred } = owner
    owner.deferred = undefined
    for (const event of deferred ?? []) {
      event.time = this.round(this.now + Math.ceil(delay(event.kind) * 1000))
      event.sequence = this.sequence++
      this.enqueue(event)
    }
  }

  private enqueue(event: SimEvent): void {
    if (event.time > this.now) this.future.push(event)
    else this.present[this.presentTail++] = event
  }

  private round(time: number): number {
    return Math.max(this.now, Math.ceil(time / this.quantum) * this.quantum)
  }

  private take(): SimEvent | undefined {
    const first = this.future.peek()
    if (first !== undefined && first.time <= this.now) return this.future.pop()
    if (this.presentHead < this.presentTail) {
      const event = this.present[this.presentHead]
      this.present[this.presentHead++] = undefined
      if (this.presentHead === this.presentTail) {
        this.presentHead = 0
        this.presentTail = 0
      }
      return event
    }
    if (first !== undefined) this.now = first.time
    return this.future.pop()
  }
}
