import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type Ballot,
  type Entry,
  InvariantViolation,
  LogImageBuilder,
  type SnapshotMeta,
  type StorageOperation,
  majorityOf,
  makeEntry,
} from '../src/index.ts'

function entryOf(index: number, epoch: number): Entry {
  return makeEntry(index, epoch, 0, 'noop', undefined, new Uint8Array(0))
}

function metaOf(index: number, epoch: number): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3]) }
}

function append(first: number, ...epochs: number[]): StorageOperation {
  return { type: 'append', entries: epochs.map((epoch, i) => entryOf(first + i, epoch)) }
}

function acceptAll(round: number, ...slots: number[]): StorageOperation {
  return { type: 'accept', ballot: { round, node: 1 }, entries: slots.map((slot) => entryOf(slot, round)) }
}

function accept(slot: number, round: number): StorageOperation {
  return acceptAll(round, slot)
}

function built(...operations: StorageOperation[]): LogImageBuilder {
  const builder = new LogImageBuilder()
  for (const operation of operations) builder.apply(operation)
  return builder
}

/** Index and epoch of each entry. */
function show(builder: LogImageBuilder): string {
  const { base, entries } = builder.image(1)
  const list = entries.map(({ index, epoch }) => `${index}.${epoch}`)
  return `${base === undefined ? '' : `${base.index}.${base.epoch}|`}${list.join(' ')}`
}

/** The meaning of the operations, said with one map of slots. */
class Model {
  base: SnapshotMeta | undefined
  hardState: Uint8Array | undefined
  slots = new Map<number, Entry>()
  ballots = new Map<number, Ballot>()

  get baseIndex(): number {
    return this.base?.index ?? 0
  }

  get lastIndex(): number {
    return Math.max(this.baseIndex, ...this.slots.keys())
  }

  epochAt(index: number): number | undefined {
    return index === this.baseIndex ? this.base?.epoch : this.slots.get(index)?.epoch
  }

  apply(operation: StorageOperation): void {
    switch (operation.type) {
      case 'append':
        if (operation.entries.length > 0) this.drop((slot) => slot >= operation.entries[0]!.index)
        for (const entry of operation.entries) this.slots.set(entry.index, entry)
        return
      case 'accept':
        for (const entry of operation.entries) {
          if (entry.index <= this.baseIndex) continue
          this.slots.set(entry.index, entry)
          this.ballots.set(entry.index, operation.ballot)
        }
        return
      case 'truncateAfter':
        return this.drop((slot) => slot > operation.index)
      case 'setHardState':
        this.hardState = operation.bytes
        return
      case 'installSnapshot': {
        const { meta } = operation
        const keeps = this.epochAt(meta.index) === meta.epoch
        if (keeps && meta.index === this.baseIndex) return
        this.drop((slot) => !keeps || slot <= meta.index)
        this.base = meta
        return
      }
      case 'compactTo':
        if (operation.meta.index <= this.baseIndex) return
        this.drop((slot) => slot <= operation.meta.index)
        this.base = operation.meta
        return
    }
  }

  private drop(isDropped: (slot: number) => boolean): void {
    for (const slot of this.slots.keys()) if (isDropped(slot)) this.slots.delete(slot)
    for (const slot of this.ballots.keys()) if (isDropped(slot)) this.ballots.delete(slot)
  }
}

type Draw = readonly [kind: StorageOperation['type'], index: number, epoch: number, count: number]

const draw: fc.Arbitrary<Draw> = fc.tuple(
  fc.constantFrom('append', 'accept', 'truncateAfter', 'setHardState', 'installSnapshot', 'compactTo'),
  fc.integer({ min: 1, max: 14 }),
  fc.integer({ min: 1, max: 3 }),
  fc.nat({ max: 4 }),
)

/** The operation of a draw; undefined if no engine could ask for it on this log. */
function operationOf(
  [type, index, epoch, count]: Draw,
  { baseIndex, lastIndex }: Model,
): StorageOperation | undefined {
  const isInLog = index > baseIndex && index <= lastIndex + 1
  switch (type) {
    case 'append':
      return isInLog ? append(index, ...Array.from({ length: count }, () => epoch)) : undefined
    case 'accept':
      return acceptAll(epoch, ...Array.from({ length: count }, (_, i) => index + i * epoch))
    case 'truncateAfter':
      return index >= baseIndex ? { type, index } : undefined
    case 'setHardState':
      return { type, bytes: Uint8Array.of(index) }
    case 'installSnapshot':
    case 'compactTo':
      return { type, meta: metaOf(index, epoch) }
  }
}

describe('LogImageBuilder', () => {
  it('means what one map of slots means', () => {
    fc.assert(
      fc.property(fc.array(draw, { maxLength: 30 }), (draws) => {
        const model = new Model()
        const builder = new LogImageBuilder()
        for (const each of draws) {
          const operation = operationOf(each, model)
          if (operation === undefined) continue
          model.apply(operation)
          builder.apply(operation)
          expect(builder.image(4)).toEqual({
            incarnation: 4,
            hardState: model.hardState,
            base: model.base,
            entries: [...model.slots.values()].sort((a, b) => a.index - b.index),
            ballots: model.ballots,
          })
          expect([builder.baseIndex, builder.lastIndex]).toEqual([model.baseIndex, model.lastIndex])
          for (let index = 0; index < 16; index++) expect(builder.entryAt(index)).toBe(model.slots.get(index))
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('replaces everything from the first entry of an append on', () => {
    expect(show(built(append(1, 1, 1, 1, 1), append(3, 2)))).toBe('1.1 2.1 3.2')
    expect(show(built(append(1, 1, 1), { type: 'append', entries: [] }))).toBe('1.1 2.1')
    expect(() => built({ type: 'compactTo', meta: metaOf(3, 1) }, append(3, 1))).toThrow(InvariantViolation)
  })

  it('accepts one slot alone, with its ballot, and leaves holes', () => {
    const builder = built(accept(3, 2), accept(1, 1))
    expect(show(builder)).toBe('1.1 3.2')
    expect([builder.entryAt(2), builder.lastIndex]).toEqual([undefined, 3])
    expect(show(built(accept(3, 2), accept(1, 1), accept(3, 5)))).toBe('1.1 3.5')
    expect([...builder.image(1).ballots]).toEqual([
      [3, { round: 2, node: 1 }],
      [1, { round: 1, node: 1 }],
    ])
  })

  it('accepts many slots at once, each alone', () => {
    const builder = built(acceptAll(1, 2, 3, 7), acceptAll(2, 1, 3, 9))
    expect(show(builder)).toBe('1.2 2.1 3.2 7.1 9.2')
    expect(builder.image(1).ballots.get(7)).toEqual({ round: 1, node: 1 })
    expect(builder.image(1).ballots.get(3)).toEqual({ round: 2, node: 1 })
    expect(show(built(acceptAll(1)))).toBe('')
  })

  it('moves its start anywhere: into a hole, or above all', () => {
    const slots = acceptAll(1, 1, 2, 5, 9)
    const compact = (index: number) => ({ type: 'compactTo', meta: metaOf(index, 1) }) as const
    expect(show(built(slots, compact(4)))).toBe('4.1|5.1 9.1')
    expect(show(built(slots, compact(6), acceptAll(2, 6, 7)))).toBe('6.1|7.2 9.1')
    const above = built(slots, compact(20))
    expect([show(above), above.lastIndex, above.image(1).ballots.size]).toEqual(['20.1|', 20, 0])
    expect(show(built(slots, compact(20), acceptAll(3, 19, 22)))).toBe('20.1|22.3')
  })

  it('takes no notice of a slot that is accepted below the base', () => {
    const builder = built({ type: 'compactTo', meta: metaOf(5, 1) }, accept(4, 3), accept(5, 3))
    expect(show(builder)).toBe('5.1|')
    expect(builder.image(1).ballots.size).toBe(0)
  })

  it('ends at the last slot in use, also where a truncation ends in a hole', () => {
    const builder = built(accept(1, 1), accept(5, 1), { type: 'truncateAfter', index: 3 })
    expect([show(builder), builder.lastIndex]).toEqual(['1.1', 1])
    expect([...builder.image(1).ballots.keys()]).toEqual([1])
  })

  describe('an installed snapshot', () => {
    const install = (index: number, epoch: number): StorageOperation => ({
      type: 'installSnapshot',
      meta: metaOf(index, epoch),
    })

    it('keeps what lies above it if the log has its last entry', () => {
      expect(show(built(append(1, 1, 1, 2, 2), install(2, 1)))).toBe('2.1|3.2 4.2')
      expect(show(built(append(1, 1, 1), install(2, 1)))).toBe('2.1|')
    })

    it('drops everything if the log has another entry there, or none', () => {
      expect(show(built(append(1, 1, 1, 1, 1), install(2, 2)))).toBe('2.2|')
      expect(show(built(append(1, 1, 1), install(5, 1)))).toBe('5.1|')
      expect(show(built(accept(1, 1), accept(4, 1), install(3, 1)))).toBe('3.1|')
    })

    it('at the base itself changes nothing, unless the base is another', () => {
      const log = [{ type: 'compactTo', meta: metaOf(2, 1) } as const, append(3, 1, 1)]
      expect(show(built(...log, install(2, 1)))).toBe('2.1|3.1 4.1')
      expect(show(built(...log, install(2, 9)))).toBe('2.9|')
    })

    it('drops the ballots that it covers', () => {
      const builder = built(accept(1, 4), accept(2, 4), accept(3, 4), install(2, 4))
      expect([...builder.image(1).ballots.keys()]).toEqual([3])
    })
  })

  it('gives images that later operations leave alone', () => {
    const builder = built(append(1, 1, 1), accept(2, 2))
    const image = builder.image(1)
    builder.apply({ type: 'truncateAfter', index: 0 })
    expect([image.entries.length, image.ballots.size]).toEqual([2, 1])
  })
})
