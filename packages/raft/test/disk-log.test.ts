import { type Entry, makeEntry, majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeHardState, raft, type RaftState, validate } from '../src/index.ts'
import { endOfRun, startOfWholeTail, termAt } from '../src/disk-log.ts'
import { lastIndexOfTerm } from '../src/hints.ts'

interface Shape {
  /** The term and the bytes of each entry. */
  readonly entries: readonly { readonly epoch: number; readonly size: number }[]
  readonly base: number
  readonly applied: number
  readonly memoryTail: number
  readonly maxBatchBytes: number
}

const shapes: fc.Arbitrary<Shape> = fc
  .tuple(
    fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 6 })), { maxLength: 60 }),
    fc.nat({ max: 5 }),
    fc.nat({ max: 60 }),
    fc.nat({ max: 60 }),
    fc.integer({ min: 1, max: 12 }),
  )
  .map(([steps, base, applied, memoryTail, maxBatchBytes]) => {
    let epoch = 1
    const entries = steps.map(([rise, size]) => ({ epoch: (epoch += rise === 3 ? 2 : 0), size }))
    return { entries, base, applied: base + Math.min(applied, entries.length), memoryTail, maxBatchBytes }
  })

/** A replica that starts from such a log, with a snapshot at `applied`. */
function stateOf({ entries, base, applied, memoryTail, maxBatchBytes }: Shape): RaftState {
  const membership = majorityOf([1, 2, 3])
  const log: Entry[] = entries.map(({ epoch, size }, i) =>
    makeEntry(base + 1 + i, epoch, 0, 'command', undefined, new Uint8Array(size)),
  )
  const image = {
    incarnation: 1,
    hardState: encodeHardState({ term: 500, votedFor: undefined }),
    base: base === 0 ? undefined : { index: base, epoch: 1, membership },
    entries: log,
    ballots: new Map(),
  }
  const epoch = entries[applied - base - 1]?.epoch ?? 1
  const snapshot = applied === 0 ? undefined : { index: applied, epoch, membership }
  return raft({ memoryTail, maxBatchBytes })
    .create({ self: 1, membership, image, snapshot })
    .capture() as RaftState
}

function termsOf({ entries, base }: Shape): Map<number, number> {
  return new Map([
    [base, base === 0 ? 0 : 1],
    ...entries.map(({ epoch }, i): [number, number] => [base + 1 + i, epoch]),
  ])
}

describe('a log of which a part is on disk alone', () => {
  it('is whole, and in memory no more than its tail and what is not applied', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const state = stateOf(shape)
        validate(state)
        const last = shape.base + shape.entries.length
        const least = Math.max(shape.base, Math.min(shape.applied, last - shape.memoryTail))
        expect(state.log.base).toBe(least)
      }),
    )
  })

  it('knows the term of every entry', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const state = stateOf(shape)
        const terms = termsOf(shape)
        for (let index = 0; index <= shape.base + shape.entries.length + 2; index++) {
          expect([index, termAt(state, index)]).toEqual([index, terms.get(index)])
        }
      }),
    )
  })

  it('finds the last entry of a term, as if it were all in memory', () => {
    fc.assert(
      fc.property(shapes, fc.nat({ max: 70 }), fc.nat({ max: 30 }), (shape, limit, term) => {
        const terms = termsOf(shape)
        let expected = shape.base
        for (const [index, epoch] of terms) if (index <= limit && epoch <= term) expected = index
        expect(lastIndexOfTerm(stateOf(shape), limit, term)).toBe(Math.max(shape.base, expected))
      }),
    )
  })

  it('comes in runs of one term, no larger than a batch unless of a single entry', () => {
    fc.assert(
      fc.property(shapes, (shape) => {
        const state = stateOf(shape)
        for (let from = state.disk.base + 1; from <= state.log.base;) {
          const to = endOfRun(state, from)
          expect(to).toBeLessThanOrEqual(state.log.base)
          const run = shape.entries.slice(from - shape.base - 1, to - shape.base)
          expect(new Set(run.map(({ epoch }) => epoch)).size).toBe(1)
          const bytes = run.reduce((sum, { size }) => sum + size, 0)
          if (run.length > 1) expect(bytes).toBeLessThanOrEqual(shape.maxBatchBytes)
          from = to + 1
        }
      }),
    )
  })

  it('is cut for compaction at a tail within both bounds, never inside what is in memory sooner than needed', () => {
    fc.assert(
      fc.property(shapes, fc.nat({ max: 60 }), fc.nat({ max: 100 }), (shape, most, mostBytes) => {
        const state = stateOf(shape)
        const start = startOfWholeTail(state, shape.applied, most, mostBytes)
        const tail = shape.entries.slice(start - shape.base, shape.applied - shape.base)
        expect(start).toBeGreaterThanOrEqual(shape.base)
        expect(tail.length).toBeLessThanOrEqual(most)
        expect(tail.reduce((sum, { size }) => sum + size, 0)).toBeLessThanOrEqual(mostBytes)
        if (start === shape.base) return
        // One entry more, or on disk one run more, would be too much.
        const from = start > state.log.base ? start : runBefore(state, start)
        const longer = shape.entries.slice(from - 1 - shape.base, shape.applied - shape.base)
        const bytes = longer.reduce((sum, { size }) => sum + size, 0)
        expect(longer.length > most || bytes > mostBytes).toBe(true)
      }),
    )
  })
})

/** The first index of the run with `index`. */
function runBefore({ disk }: RaftState, index: number): number {
  return disk.runs.findLast(({ from }) => from <= index)!.from
}
