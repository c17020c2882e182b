import { assert } from '@quorate/core'
import type { Segment } from './log-segment.ts'

/** Where a frame lies. */
export interface FramePlace {
  readonly segment: Segment
  readonly offset: number
  readonly length: number
}

/** The segments of an open log, oldest first; the last one is the active one. */
export class SegmentTable {
  private segments: Segment[] = []

  get all(): readonly Segment[] {
    return this.segments
  }

  get active(): Segment {
    const last = this.segments.at(-1)
    assert(last !== undefined, 'an open log has a segment')
    return last
  }

  add(segment: Segment): void {
    this.segments.push(segment)
  }

  /** Notes a frame that was just written or read at the end of the active segment. */
  noteFrame(offset: number, end: number): void {
    const active = this.active
    active.offsets.push(offset)
    active.end = end
  }

  /** Where the frame with that sequence lies; it must be in a segment that is still there. */
  place(sequence: number): FramePlace {
    const segment = this.segments.findLast((each) => each.firstSequence <= sequence)
    const offset = segment?.offsets[sequence - segment.firstSequence]
    assert(segment !== undefined && offset !== undefined, 'a live entry lies in a segment that is kept', {
      sequence,
    })
    const end = segment.offsets[sequence - segment.firstSequence + 1] ?? segment.end
    return { segment, offset, length: end - offset }
  }

  /**
   * The oldest segment that is needed for a log that starts after `base`: the first with an entry above it, or the
   * active one. An earlier one is of no use even if a later one refers to it, since every segment starts with a
   * checkpoint of the rest of the state.
   */
  oldestNeeded(base: number): number {
    const needed = this.segments.find((segment) => segment.maxIndex > base)
    return Math.min(needed?.number ?? Infinity, this.active.number)
  }

  /** Forgets the segments before number `oldest`, and gives their names. */
  dropBefore(oldest: number): string[] {
    const dropped = this.segments.filter((segment) => segment.number < oldest)
    if (dropped.length > 0) this.segments = this.segments.slice(dropped.length)
    return dropped.map((segment) => segment.name)
  }
}
