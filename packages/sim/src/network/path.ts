/** One direction of a link: what is under way on it, and what is wrong with it. */
export class Path {
  /** Partitions that cut it just now; they may overlap. */
  cuts = 0
  /** Nothing arrives before this time, in microseconds. */
  cloggedUntil = 0
  /** When the last frame in order arrives, in microseconds. */
  lastArrival = 0
  /** Frames under way. */
  load = 0
  /** On links that keep order: the frames under way, oldest first. Whatever arrives is the oldest. */
  queue: Uint8Array[] = []
  /** Arrivals that a cut prevented: they happen once it is healed. */
  stalled = 0

  get isCut(): boolean {
    return this.cuts > 0
  }

  /** A session ended: nothing is under way any more. */
  clear(): void {
    this.load = 0
    this.queue = []
    this.stalled = 0
  }
}
