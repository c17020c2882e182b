import {
  type Entry,
  type SnapshotMeta,
  type SnapshotReader,
  type StorageOperation,
  majorityOf,
} from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { MemoryLogStore, MemorySnapshotStore } from '../src/index.ts'
import { ManualEnvironment } from './support/manual-environment.ts'
import { commandEntry } from './support/scripted-engine.ts'

function metaOf(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1]) }
}

function append(...indexes: number[]): StorageOperation {
  return { type: 'append', entries: indexes.map((index) => commandEntry(index, index)) }
}

describe('MemoryLogStore', () => {
  function open() {
    const environment = new ManualEnvironment()
    const store = new MemoryLogStore((run) => environment.endOfTurn(run))
    const read = (from: number, to: number): number[] | undefined => {
      let indexes: number[] | undefined
      store.read(from, to, (entries: readonly Entry[]) => (indexes = entries.map(({ index }) => index)))
      expect(indexes).toBeUndefined()
      environment.turn()
      return indexes
    }
    return { environment, store, read }
  }

  it('begins empty, opened for the first time', () => {
    expect(open().store.image).toEqual({
      incarnation: 1,
      hardState: undefined,
      base: undefined,
      entries: [],
      ballots: new Map(),
    })
  })

  it('completes writes soon, in order, and not within the call', () => {
    const { environment, store } = open()
    const done: number[] = []
    store.write([append(1)], true, () => done.push(1))
    store.write([append(2)], false, () => done.push(2))
    expect(done).toEqual([])
    environment.turn()
    expect(done).toEqual([1, 2])
    expect(store.counters).toEqual({ writes: 2, fsyncs: 0, bytes: 0 })
  })

  it('reads what it holds, dense from the first', () => {
    const { store, read } = open()
    store.write([append(1, 2, 3, 4)], true, () => {})
    expect([read(2, 3), read(3, 9), read(7, 9)]).toEqual([[2, 3], [3, 4], []])
    store.write([{ type: 'compactTo', meta: metaOf(2) }], false, () => {})
    expect([read(2, 4), read(3, 4)]).toEqual([[], [3, 4]])
  })
})

describe('MemorySnapshotStore', () => {
  function write(store: MemorySnapshotStore, meta: SnapshotMeta, ...pieces: number[][]): void {
    const writer = store.create(meta)
    let offset = 0
    for (const piece of pieces) {
      const bytes = Uint8Array.from(piece)
      writer.write(bytes, (error) => expect(error).toBeUndefined())
      bytes.fill(0) // the writer's caller may use it again
      offset += piece.length
      expect(writer.offset).toBe(offset)
    }
    writer.commit((error) => expect(error).toBeUndefined())
  }

  function open(store: MemorySnapshotStore, meta: SnapshotMeta): SnapshotReader | Error {
    let result: SnapshotReader | Error | undefined
    store.open(meta, (reader, error) => (result = reader ?? error))
    return result!
  }

  it('shows what is committed, oldest first, and gives it back', () => {
    const store = new MemorySnapshotStore()
    write(store, metaOf(5), [1, 2], [3])
    write(store, metaOf(3), [9])
    expect(store.list).toEqual([metaOf(3), metaOf(5)])
    expect([...store.load(metaOf(5))].flatMap((chunk) => [...chunk])).toEqual([1, 2, 3])
    const reader = open(store, metaOf(5)) as SnapshotReader
    expect([reader.meta, reader.size]).toEqual([metaOf(5), 3])
    const pieces: number[][] = []
    reader.read(1, 9, (piece) => pieces.push([...piece]))
    reader.read(3, 9, (piece) => pieces.push([...piece]))
    expect(pieces).toEqual([[2, 3], []])
  })

  it('shows nothing of what is not committed', () => {
    const store = new MemorySnapshotStore()
    const writer = store.create(metaOf(1))
    writer.write(Uint8Array.of(1), () => {})
    expect(store.list).toEqual([])
    writer.abort()
    expect(writer.offset).toBe(0)
    expect(store.list).toEqual([])
  })

  it('keeps snapshots of one index apart by their epochs, and replaces the same one', () => {
    const store = new MemorySnapshotStore()
    write(store, metaOf(5, 2), [2])
    write(store, metaOf(5, 1), [1])
    write(store, metaOf(5, 2), [3])
    expect(store.list).toEqual([metaOf(5, 1), metaOf(5, 2)])
    expect([...store.load(metaOf(5, 2))]).toEqual([Uint8Array.of(3)])
  })

  it('forgets older ones, but not for those who read them', () => {
    const store = new MemorySnapshotStore()
    write(store, metaOf(1), [1])
    write(store, metaOf(2), [2])
    const reader = open(store, metaOf(1)) as SnapshotReader
    store.prune(metaOf(2))
    expect(store.list).toEqual([metaOf(2)])
    reader.read(0, 1, (piece) => expect([...piece]).toEqual([1]))
  })

  it('says what is not there', () => {
    const store = new MemorySnapshotStore()
    expect(open(store, metaOf(1))).toMatchObject({ code: 'STORAGE' })
    expect(() => store.load(metaOf(1))).toThrow('there is no snapshot at index 1')
    write(store, metaOf(1), [1])
    expect(() => store.load(metaOf(1, 2))).toThrow('there is no snapshot at index 1')
  })
})
