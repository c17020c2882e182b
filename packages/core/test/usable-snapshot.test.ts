import { describe, expect, it } from 'vitest'
import {
  type Acceptance,
  LogImageBuilder,
  type SnapshotMeta,
  type StorageOperation,
  majorityOf,
  makeEntry,
  usableSnapshot,
} from '../src/index.ts'

function metaOf(index: number, epoch: number): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3]) }
}

function append(first: number, ...epochs: number[]): StorageOperation {
  const entries = epochs.map((epoch, i) =>
    makeEntry(first + i, epoch, 0, 'noop', undefined, new Uint8Array(0)),
  )
  return { type: 'append', entries }
}

function usable(
  operations: readonly StorageOperation[],
  ...stored: SnapshotMeta[]
): SnapshotMeta | undefined {
  return usableIn('entry', operations, ...stored)
}

function usableIn(
  acceptance: Acceptance,
  operations: readonly StorageOperation[],
  ...stored: SnapshotMeta[]
): SnapshotMeta | undefined {
  const builder = new LogImageBuilder()
  for (const operation of operations) builder.apply(operation)
  return usableSnapshot(builder.image(1), stored, acceptance)
}

const compacted: StorageOperation = { type: 'compactTo', meta: metaOf(4, 2) }

describe('usableSnapshot', () => {
  it('is none where there is none', () => {
    expect(usable([append(1, 1, 1)])).toBeUndefined()
    expect(usable([])).toBeUndefined()
  })

  it('is the newest that the log agrees with', () => {
    const log = [append(1, 1, 1, 2, 2, 2)]
    expect(usable(log, metaOf(2, 1), metaOf(4, 2))).toEqual(metaOf(4, 2))
    expect(usable([...log, compacted], metaOf(4, 2), metaOf(5, 2))).toEqual(metaOf(5, 2))
  })

  it('is the one that the log starts behind', () => {
    expect(usable([append(1, 1, 1, 2, 2), compacted], metaOf(4, 2))).toEqual(metaOf(4, 2))
    expect(usable([{ type: 'installSnapshot', meta: metaOf(9, 3) }], metaOf(9, 3))).toEqual(metaOf(9, 3))
  })

  it('is not one that was received but not installed, and that the log disagrees with', () => {
    const log = [append(1, 1, 1, 2, 2, 2, 2), compacted]
    expect(usable(log, metaOf(4, 2), metaOf(6, 3))).toEqual(metaOf(4, 2))
    expect(usable(log, metaOf(6, 3))).toBeUndefined()
  })

  it('is not one that the log does not reach', () => {
    expect(usable([append(1, 1, 1)], metaOf(1, 1), metaOf(5, 1))).toEqual(metaOf(1, 1))
    expect(usable([], metaOf(5, 1))).toBeUndefined()
  })

  it('is not one from before the base, nor another one at the base', () => {
    const log = [append(1, 1, 1, 2, 2, 2), compacted]
    expect(usable(log, metaOf(2, 1))).toBeUndefined()
    expect(usable(log, metaOf(4, 1))).toBeUndefined()
  })

  it('is found in a log with holes, where positions are not indexes', () => {
    const accept = (slot: number, epoch: number): StorageOperation => ({
      type: 'accept',
      ballot: { round: epoch, node: 1 },
      entries: [makeEntry(slot, epoch, 0, 'noop', undefined, new Uint8Array(0))],
    })
    const log = [accept(1, 1), accept(4, 2), accept(5, 3)]
    expect(usable(log, metaOf(4, 2))).toEqual(metaOf(4, 2))
    expect(usable(log, metaOf(2, 2))).toBeUndefined()
    expect(usable(log, metaOf(3, 3))).toBeUndefined()
  })

  it('is the newest where slots are accepted one by one, whatever the log holds besides', () => {
    const accept = (slot: number): StorageOperation => ({
      type: 'accept',
      ballot: { round: 7, node: 2 },
      entries: [makeEntry(slot, 7, 0, 'noop', undefined, new Uint8Array(0))],
    })
    const slots = (...stored: SnapshotMeta[]) =>
      usableIn('slot', [accept(1), accept(4), accept(9)], ...stored)
    expect(slots(metaOf(2, 1), metaOf(4, 3))).toEqual(metaOf(4, 3)) // another entry was accepted at 4
    expect(slots(metaOf(4, 3), metaOf(6, 3))).toEqual(metaOf(6, 3)) // a hole
    expect(slots(metaOf(4, 3), metaOf(20, 3))).toEqual(metaOf(20, 3)) // above the log
    expect(slots()).toBeUndefined()
  })

  it('is not one from before the start of a log of slots', () => {
    expect(usableIn('slot', [compacted], metaOf(3, 1))).toBeUndefined()
    expect(usableIn('slot', [compacted], metaOf(3, 1), metaOf(4, 2))).toEqual(metaOf(4, 2))
  })
})
