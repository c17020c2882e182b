import type { Instant } from '@quorate/core'

/** What its wall clock says when a cluster begins. */
const wallAtStart = 1_000_000

/** The clocks of a node in an `EngineCluster`: they tell the cluster's time until they are given another rate. */
export class NodeClock {
  private millisecondsEach = 1
  /** The cluster's time when the rate was last changed, and what the clock said then. */
  private changedAt = 0
  private saidThen = 0

  /** Milliseconds of these clocks in a millisecond of the cluster. */
  get rate(): number {
    return this.millisecondsEach
  }

  /** From `time` of the cluster on. */
  setRate(rate: number, time: number): void {
    this.saidThen = this.at(time).monotonic
    this.changedAt = time
    this.millisecondsEach = rate
  }

  /** What they say at `time` of the cluster. */
  at(time: number): Instant {
    const monotonic = this.saidThen + (time - this.changedAt) * this.millisecondsEach
    return { wall: wallAtStart + Math.floor(monotonic), monotonic }
  }

  /** How long it takes them to count so many milliseconds. */
  spanOf(milliseconds: number): number {
    return milliseconds / this.millisecondsEach
  }
}
