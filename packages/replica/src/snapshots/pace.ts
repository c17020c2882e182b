/** Time that may be saved up while nothing is sent, milliseconds: after a pause so much goes at once. */
const burst = 100

/** Spreads bytes over time: so many a second, whoever sends them, in the order in which they ask. */
export class Pace {
  private readonly bytesPerSecond: number
  /** When all that has asked so far has gone, in monotonic milliseconds. */
  private free = Number.NEGATIVE_INFINITY

  /** `bytesPerSecond` may be `Infinity`. */
  constructor(bytesPerSecond: number) {
    this.bytesPerSecond = bytesPerSecond
  }

  /** For how long from `now` on so many bytes have to wait. They are taken to be sent then. Milliseconds. */
  reserve(bytes: number, now: number): number {
    const start = Math.max(this.free, now - burst)
    this.free = start + (bytes * 1000) / this.bytesPerSecond
    return Math.max(0, start - now)
  }
}
