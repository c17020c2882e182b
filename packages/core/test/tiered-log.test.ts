import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Entry,
  type TieredLog,
  appendEntry,
  checkTieredLog,
  compactLogTo,
  createTieredLog,
  endOfRead,
  epochInLog,
  lastIndex,
  lastIndexOfEpoch,
  makeEntry,
  resetLogTo,
  shedLog,
  shedTo,
  startOfTail,
  truncateLogAfter,
} from '../src/index.ts'

/** What the log should be: a list of all entries that are kept, and the base before them. */
interface Model {
  base: { index: number; epoch: number }
  entries: Entry[]
}

type Step =
  | { readonly type: 'append'; readonly rise: boolean; readonly size: number }
  | { readonly type: 'truncate' | 'compact' | 'shedTo'; readonly part: number }
  | { readonly type: 'shed'; readonly part: number; readonly tail: number; readonly tailBytes: number }
  | { readonly type: 'reset'; readonly ahead: number }

const part = fc.integer({ min: -2, max: 12 }).map((drawn) => Math.max(0, Math.min(10, drawn)) / 10)
const append = fc.record({
  type: fc.constant('append' as const),
  rise: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn === 5),
  size: fc.nat({ max: 6 }),
})
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 120, arbitrary: append },
    { weight: 10, arbitrary: fc.record({ type: fc.constantFrom('truncate', 'compact', 'shedTo'), part }) },
    {
      weight: 20,
      arbitrary: fc.record({
        type: fc.constant('shed' as const),
        part,
        tail: fc.nat({ max: 20 }),
        tailBytes: fc.nat({ max: 60 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('reset' as const), ahead: fc.nat({ max: 5 }) }) },
  ) as fc.Arbitrary<Step>,
  { maxLength: 120 },
)

/** A log moved by random steps, and what it should be. */
function run(list: readonly Step[], runBytes: number, each?: (log: TieredLog) => void): [TieredLog, Model] {
  const log = createTieredLog({ index: 0, epoch: 0 }, [], runBytes)
  const model: Model = { base: { index: 0, epoch: 0 }, entries: [] }
  for (const step of list) {
    take(log, model, step)
    checkTieredLog(log)
    each?.(log)
  }
  return [log, model]
}

function take(log: TieredLog, model: Model, step: Step): void {
  const last = lastIndex(log)
  const at = (low: number, high: number, share: number): number => low + Math.floor((high - low) * share)
  if (step.type === 'append') {
    const epoch = (model.entries.at(-1)?.epoch ?? model.base.epoch) + (step.rise ? 1 : 0)
    const entry = makeEntry(last + 1, epoch, 0, 'command', undefined, new Uint8Array(step.size))
    model.entries.push(entry)
    appendEntry(log, entry)
  } else if (step.type === 'truncate') {
    const index = at(log.base, last, step.part)
    model.entries.length = index - model.base.index
    truncateLogAfter(log, index)
  } else if (step.type === 'compact') {
    const index = at(log.storedBase, last, step.part)
    const dropped = model.entries.splice(0, index - model.base.index)
    model.base = { index, epoch: dropped.at(-1)?.epoch ?? model.base.epoch }
    compactLogTo(log, index)
  } else if (step.type === 'reset') {
    const epoch = (model.entries.at(-1)?.epoch ?? model.base.epoch) + 1
    model.base = { index: last + step.ahead, epoch }
    model.entries = []
    resetLogTo(log, last + step.ahead, epoch)
  } else if (step.type === 'shedTo') shedTo(log, at(log.base, last, step.part))
  else if (step.type === 'shed') shedAndCheck(log, at(log.base, last, step.part), step.tail, step.tailBytes)
}

/** What is left is the tail asked for, or up to twice as much, unless more must stay. */
function shedAndCheck(log: TieredLog, end: number, memoryTail: number, memoryTailBytes: number): void {
  const before = { base: log.base, count: log.entries.length, bytes: log.memoryBytes }
  shedLog(log, end, { memoryTail, memoryTailBytes })
  expect(log.base).toBeLessThanOrEqual(Math.max(end, before.base))
  const isOver = log.entries.length > 2 * memoryTail || log.memoryBytes > 2 * memoryTailBytes
  if (isOver) expect(log.base).toBe(Math.max(end, before.base))
  if (log.base === before.base) return
  // No more was let go of than had to be: the last entry to go would have been too much.
  const wasOver = before.count > memoryTail || before.bytes > memoryTailBytes
  expect(wasOver).toBe(true)
}

describe('a log of which a part is in the log store alone', () => {
  it('has all entries and their epochs, whatever is done to it', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (list, runBytes) => {
        const [log, model] = run(list, runBytes)
        expect([log.storedBase, log.storedEpoch]).toEqual([model.base.index, model.base.epoch])
        expect(lastIndex(log)).toBe(model.base.index + model.entries.length)
        expect(log.entries).toEqual(model.entries.slice(log.base - model.base.index))
        const epochs = [model.base.epoch, ...model.entries.map(({ epoch }) => epoch)]
        for (let i = -2; i < epochs.length + 2; i++) {
          expect(epochInLog(log, model.base.index + i)).toBe(epochs[i])
        }
      }),
    )
  })

  it('finds the last entry of an epoch, as if it were all in memory', () => {
    fc.assert(
      fc.property(steps, fc.nat({ max: 130 }), fc.nat({ max: 12 }), (list, limit, epoch) => {
        const [log, { base, entries }] = run(list, 8)
        const found = entries.findLast((entry) => entry.index <= limit && entry.epoch <= epoch)
        expect(lastIndexOfEpoch(log, limit, epoch)).toBe(found?.index ?? base.index)
      }),
    )
  })

  it('is read back in runs of one epoch, no larger than asked for unless of a single entry', () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 12 }), (list, runBytes) => {
        const [log, { base, entries }] = run(list, runBytes)
        for (let from = log.storedBase + 1; from <= log.base;) {
          const to = endOfRead(log, from)
          expect(to).toBeGreaterThanOrEqual(from)
          expect(to).toBeLessThanOrEqual(log.base)
          const part = entries.slice(from - base.index - 1, to - base.index)
          expect(new Set(part.map(({ epoch }) => epoch)).size).toBe(1)
          const bytes = part.reduce((sum, { data }) => sum + data.length, 0)
          if (part.length > 1) expect(bytes).toBeLessThanOrEqual(runBytes)
          from = to + 1
        }
      }),
    )
  })

  it('has a tail within both bounds, and none longer but for the size of a run on disk', () => {
    fc.assert(
      fc.property(steps, part, fc.nat({ max: 60 }), fc.nat({ max: 100 }), (list, share, most, mostBytes) => {
        const [log, { base, entries }] = run(list, 8)
        const end = log.base + Math.floor((lastIndex(log) - log.base) * share)
        const start = startOfTail(log, end, most, mostBytes)
        const sizeFrom = (index: number): number =>
          entries.slice(index - base.index, end - base.index).reduce((sum, { data }) => sum + data.length, 0)
        expect(start).toBeGreaterThanOrEqual(log.storedBase)
        expect(end - start).toBeLessThanOrEqual(most)
        expect(sizeFrom(start)).toBeLessThanOrEqual(mostBytes)
        if (start > log.base) expect(end - start === most || sizeFrom(start - 1) > mostBytes).toBe(true)
      }),
    )
  })

  it('lets go of whole runs where they are little beside the bounds: no entry is looked at', () => {
    const log = createTieredLog({ index: 0, epoch: 0 }, [], 1 << 20)
    const untouchable = (index: number): Entry =>
      Object.freeze({ ...makeEntry(index, 1, 0, 'command', undefined, new Uint8Array(16)) })
    for (let i = 1; i <= 210_000; i++) appendEntry(log, untouchable(i))
    const old = log.entries.slice(0, 20_000)
    const looked: number[] = []
    log.entries.splice(
      0,
      20_000,
      ...old.map(
        (entry) =>
          new Proxy(entry, {
            get: (target, key) => {
              if (key === 'data') looked.push(target.index)
              return Reflect.get(target, key) as unknown
            },
          }),
      ),
    )
    shedLog(log, 210_000, { memoryTail: 100_000, memoryTailBytes: 32 << 20 })
    expect(log.entries.length).toBeGreaterThanOrEqual(100_000)
    expect(log.entries.length).toBeLessThan(105_000)
    expect(looked).toEqual([])
    checkTieredLog(log)
  })
})
