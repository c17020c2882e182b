import { type SnapshotMeta, type StorageOperation, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { MemoryLogStore, MemorySnapshotStore } from '../src/index.ts'
import { ManualEnvironment } from './support/manual-environment.ts'
import { commandEntry } from './support/scripted-engine.ts'

// What every store must do is checked by the suites of `conformance`. This is what these do besides.

function metaOf(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1]) }
}

function append(...indexes: number[]): StorageOperation {
  return { type: 'append', entries: indexes.map((index) => commandEntry(index, index)) }
}

describe('MemoryLogStore', () => {
  it('completes writes at the end of the turn, in order', () => {
    const environment = new ManualEnvironment()
    const store = new MemoryLogStore((run) => environment.endOfTurn(run))
    const done: number[] = []
    store.write([append(1)], true, () => done.push(1))
    store.write([append(2)], false, () => done.push(2))
    expect(done).toEqual([])
    environment.turn()
    expect(done).toEqual([1, 2])
    expect(store.counters).toEqual({ writes: 2, fsyncs: 0, bytes: 0 })
  })
})

describe('MemorySnapshotStore', () => {
  it('does everything at once', () => {
    const store = new MemorySnapshotStore()
    const writer = store.create(metaOf(1))
    const done: string[] = []
    writer.write(Uint8Array.of(1), () => done.push('write'))
    writer.commit(() => done.push('commit'))
    store.open(metaOf(1), (reader) => reader!.read(0, 1, (piece) => done.push(`read ${piece.join()}`)))
    expect(done).toEqual(['write', 'commit', 'read 1'])
  })

  it('says what is not there', () => {
    const store = new MemorySnapshotStore()
    expect(() => store.load(metaOf(1))).toThrow('there is no snapshot at index 1')
    store.open(metaOf(1), (_, error) => expect(error).toMatchObject({ code: 'STORAGE' }))
  })
})
