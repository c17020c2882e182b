import type { Input, Output } from '@quorate/core'
import { fetchMark, inputMarks, rejectMarks, replyMarks, resetMark, snapshotMarks } from './seam-marks.ts'

/** How often each mark was hit; those never hit are not there. */
export type MarkCounts = Readonly<Record<string, number>>

/**
 * Counts which branches a run came through: the decisions that engines report, by the names of their trace events, and
 * what crossed the seam between engines and hosts. A mark that many runs together never hit is a branch that nothing
 * tests.
 */
export class Coverage {
  private readonly counts = new Map<string, number>()
  /** Hot: an input of each type is counted without a look at the map. */
  private readonly inputs: Partial<Record<Input['type'], number>> = {}

  given({ type }: Input): void {
    this.inputs[type] = (this.inputs[type] ?? 0) + 1
  }

  taken({ events, replies, snapshots, resets, fetch }: Output): void {
    for (const { name } of events) this.hit(name)
    for (const reply of replies) {
      this.hit(replyMarks[reply.type])
      if (reply.type === 'rejected' || reply.type === 'abandoned') this.hit(rejectMarks[reply.reason])
    }
    for (const { type } of snapshots) this.hit(snapshotMarks[type])
    if (resets.length > 0) this.hit(resetMark)
    if (fetch !== undefined) this.hit(fetchMark)
  }

  /** In the order of their names. */
  get marks(): MarkCounts {
    const inputs = Object.entries(this.inputs).map(
      ([type, count]) => [inputMarks[type as Input['type']], count] as const,
    )
    return Object.fromEntries([...this.counts, ...inputs].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  private hit(mark: string): void {
    this.counts.set(mark, (this.counts.get(mark) ?? 0) + 1)
  }
}
