import type { StrayPlace } from './pending-write.ts'

/** An operation that can fail. */
export type DiskOperation = 'read' | 'write' | 'sync'

/** A failure that was ordered. */
interface OrderedFailure {
  readonly operation: DiskOperation
  /** Of a sync: is what it was to write taken for written? */
  readonly forgets: boolean
}

/** Longer than any run, in microseconds: for what is to last. */
const forever = 1e12

/** What is wrong with a disk just now, and what will be. Times in microseconds. */
export class DiskTrouble {
  /** Until then nothing completes. */
  stalledUntil = 0
  private fullUntil = 0
  private slowUntil = 0
  private slowFactor = 1
  private lyingUntil = 0
  private failures: OrderedFailure[] = []
  private strays: StrayPlace[] = []
  private readonly time: { readonly now: number }

  constructor(time: { readonly now: number }) {
    this.time = time
  }

  get isStalled(): boolean {
    return this.stalledUntil > this.time.now
  }

  /** Is it stalled for good? */
  get hangs(): boolean {
    return this.stalledUntil > this.time.now + forever / 2
  }

  get isFull(): boolean {
    return this.fullUntil > this.time.now
  }

  get isLying(): boolean {
    return this.lyingUntil > this.time.now
  }

  /** Will it harm what it is given to write? */
  get isHarmful(): boolean {
    return this.isLying || this.strays.length > 0
  }

  /** By how much everything takes longer. */
  get slowness(): number {
    return this.slowUntil > this.time.now ? this.slowFactor : 1
  }

  /** Durations in milliseconds. */
  stall(duration: number): void {
    this.stalledUntil = this.later(this.stalledUntil, duration)
  }

  fill(duration: number): void {
    this.fullUntil = this.later(this.fullUntil, duration)
  }

  /** Of two at once, the greater factor counts, for as long as the longer lasts. */
  slow(duration: number, factor: number): void {
    this.slowFactor = Math.max(this.slowness, factor)
    this.slowUntil = this.later(this.slowUntil, duration)
  }

  lie(duration: number): void {
    this.lyingUntil = this.later(this.lyingUntil, duration)
  }

  failNext(operation: DiskOperation, forgets: boolean): void {
    this.failures.push({ operation, forgets })
  }

  misdirectNext(stray: StrayPlace): void {
    this.strays.push(stray)
  }

  /** Takes the failure that was ordered for the next operation of that kind. */
  takeFailure(operation: DiskOperation): OrderedFailure | undefined {
    const index = this.failures.findIndex((failure) => failure.operation === operation)
    return index < 0 ? undefined : this.failures.splice(index, 1)[0]
  }

  takeStray(): StrayPlace | undefined {
    return this.strays.shift()
  }

  /** What is wrong now stays so; what was ordered does not happen any more. */
  freeze(): void {
    const last = (until: number): number => (until > this.time.now ? this.time.now + forever : until)
    this.stalledUntil = last(this.stalledUntil)
    this.fullUntil = last(this.fullUntil)
    this.slowUntil = last(this.slowUntil)
    this.lyingUntil = 0
    this.failures = []
    this.strays = []
  }

  /** Nothing is wrong any more. What is under way on a disk that stalled completes when it would have. */
  mend(): void {
    this.stalledUntil = 0
    this.fullUntil = 0
    this.slowUntil = 0
    this.lyingUntil = 0
    this.failures = []
    this.strays = []
  }

  private later(until: number, duration: number): number {
    return Math.max(until, this.time.now + Math.ceil(duration * 1000))
  }
}
