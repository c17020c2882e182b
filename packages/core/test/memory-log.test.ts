import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Entry,
  InvariantViolation,
  type MemoryLog,
  appendEntries,
  createMemoryLog,
  entryAt,
  epochAt,
  forgetTo,
  lastEpoch,
  lastIndex,
  makeEntry,
  resetTo,
  sliceEntries,
  truncateAfter,
} from '../src/index.ts'

/** The naive log: index and epoch of every entry, and of the base, in a map. */
interface Model {
  base: number
  epochs: Map<number, number>
  bytes: Map<number, number>
}

type LogCommand = fc.Command<Model, MemoryLog>

function entryOf(index: number, epoch: number, bytes: number): Entry {
  return makeEntry(index, epoch, 0, 'command', undefined, new Uint8Array(bytes))
}

function lastOf({ base, epochs }: Model): number {
  return Math.max(base, ...epochs.keys())
}

function compare(model: Model, log: MemoryLog): void {
  const last = lastOf(model)
  expect([log.base, lastIndex(log), lastEpoch(log)]).toEqual([model.base, last, model.epochs.get(last)])
  for (let index = Math.max(0, model.base - 2); index <= last + 2; index++) {
    expect(epochAt(log, index)).toBe(model.epochs.get(index))
    expect(entryAt(log, index)?.index).toBe(index > model.base && index <= last ? index : undefined)
  }
}

/** An index from just below the base to just above the last entry. */
function near(part: number, model: Model): number {
  return Math.max(0, model.base - 1 + Math.floor(part * (lastOf(model) - model.base + 3)))
}

const part = fc.noBias(fc.nat({ max: 999 })).map((thousandths) => thousandths / 1000)

function command(text: string, act: (model: Model, log: MemoryLog) => void): LogCommand {
  return {
    check: () => true,
    run(model: Model, log: MemoryLog) {
      act(model, log)
      compare(model, log)
    },
    toString: () => text,
  }
}

const appending = fc.array(fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 9 })), { maxLength: 4 }).map((list) =>
  command(`append ${JSON.stringify(list)}`, (model, log) => {
    const first = lastOf(model) + 1
    let epoch = lastEpoch(log)
    const entries = list.map(([step, bytes], i) => entryOf(first + i, (epoch += step), bytes))
    for (const { index, epoch: of, data } of entries) {
      model.epochs.set(index, of)
      model.bytes.set(index, data.length)
    }
    appendEntries(log, entries)
  }),
)

const truncating = part.map((at) =>
  command(`truncateAfter ${at}`, (model, log) => {
    const index = Math.max(model.base, near(at, model))
    for (const each of model.epochs.keys()) if (each > index) model.epochs.delete(each)
    truncateAfter(log, index)
  }),
)

function forget(model: Model, index: number): void {
  for (const each of model.epochs.keys()) if (each < index) model.epochs.delete(each)
  model.base = index
}

const forgetting = part.map((at) =>
  command(`forgetTo ${at}`, (model, log) => {
    const index = Math.min(lastOf(model), near(at, model))
    if (index > model.base) forget(model, index)
    forgetTo(log, index)
  }),
)

const resetting = fc.tuple(part, fc.option(fc.nat({ max: 9 }), { nil: undefined })).map(([at, other]) =>
  command(`resetTo ${at} ${other}`, (model, log) => {
    const index = near(at, model)
    const epoch = other ?? model.epochs.get(index) ?? 1
    if (model.epochs.get(index) === epoch) forget(model, index)
    else Object.assign(model, { base: index, epochs: new Map([[index, epoch]]) })
    resetTo(log, index, epoch)
  }),
)

const slicing = fc
  .tuple(part, part, fc.oneof(fc.nat({ max: 30 }), fc.constant(Infinity)))
  .map(([first, last, maxBytes]) =>
    command(`slice ${first} … ${last}, ${maxBytes} bytes`, (model, log) => {
      const [from, to] = [Math.max(model.base + 1, near(first, model)), near(last, model)]
      const expected: number[] = []
      let bytes = 0
      for (let index = from; index <= Math.min(to, lastOf(model)); index++) {
        bytes += model.bytes.get(index)!
        if (bytes > maxBytes && expected.length > 0) break
        expected.push(index)
      }
      expect(sliceEntries(log, from, to, maxBytes).map((one) => one.index)).toEqual(expected)
    }),
  )

describe('a log in memory', () => {
  it('does what a map of epochs does, whatever is done to it', () => {
    const all = [appending, appending, truncating, forgetting, resetting, slicing]
    fc.assert(
      fc.property(fc.commands(all, { maxCommands: 40, size: 'max' }), (commands) => {
        fc.modelRun(
          () => ({
            model: { base: 0, epochs: new Map([[0, 0]]), bytes: new Map() },
            real: createMemoryLog(0, 0, []),
          }),
          commands,
        )
      }),
      { numRuns: 300 },
    )
  })

  it('has no holes, and says so', () => {
    expect(() => createMemoryLog(3, 1, [entryOf(5, 1, 0)])).toThrow(InvariantViolation)
    const log = createMemoryLog(3, 1, [entryOf(4, 1, 0)])
    expect(() => appendEntries(log, [entryOf(4, 1, 0)])).toThrow('a log has no holes')
    expect(() => truncateAfter(log, 2)).toThrow(InvariantViolation)
    expect(() => forgetTo(log, 5)).toThrow(InvariantViolation)
    expect(() => sliceEntries(log, 3, 4, 1)).toThrow(InvariantViolation)
  })

  it('gives no entries for a range that ends before it begins', () => {
    const log = createMemoryLog(
      10,
      1,
      [11, 12, 13].map((index) => entryOf(index, 1, 1)),
    )
    for (const to of [0, 5, 9, 10]) expect(sliceEntries(log, 11, to, Infinity)).toEqual([])
  })

  it('keeps what lies above a snapshot only if it has that very entry', () => {
    const make = (): MemoryLog =>
      createMemoryLog(
        0,
        0,
        [1, 2, 3].map((index) => entryOf(index, 2, 0)),
      )
    const same = make()
    resetTo(same, 2, 2)
    expect([same.base, lastIndex(same)]).toEqual([2, 3])
    const other = make()
    resetTo(other, 2, 3)
    expect([other.base, lastIndex(other), lastEpoch(other)]).toEqual([2, 2, 3])
  })
})
