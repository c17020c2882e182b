/** How many operations were acknowledged in each interval since the load began. */
export class Timeline {
  readonly intervalMs: number
  private readonly perInterval: number[] = []

  constructor(intervalMs: number) {
    if (!(intervalMs > 0)) throw new RangeError(`an interval of ${intervalMs} ms`)
    this.intervalMs = intervalMs
  }

  /** @param atMs milliseconds since the load began; what a clock that was set back makes negative counts as 0 */
  record(atMs: number): void {
    const interval = Math.max(0, Math.floor(atMs / this.intervalMs))
    while (this.perInterval.length <= interval) this.perInterval.push(0)
    this.perInterval[interval]!++
  }

  /**
   * The counts, one for each interval.
   *
   * @param durationMs how long the load went on: intervals in which nothing came are then there too, and one that was
   *   not over is left out, since it would look like a breakdown. Default: up to the last operation.
   */
  counts(durationMs?: number): readonly number[] {
    if (durationMs === undefined) return [...this.perInterval]
    const whole = Math.floor(durationMs / this.intervalMs)
    return Array.from({ length: whole }, (_, interval) => this.perInterval[interval] ?? 0)
  }
}
