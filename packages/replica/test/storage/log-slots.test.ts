import { describe, expect, it } from 'vitest'
import type { Entry, StorageOperation } from '@quorate/core'
import type { DurableLogStore } from '../../src/storage/index.ts'
import { LiveIndex } from '../../src/storage/live-index.ts'
import { FaultyDisk, loseAll } from './faulty-disk.ts'
import { entry, hardState, meta, open, plain, plainEntry, reference, write } from './fixtures.ts'

const small = { segmentBytes: 600, preallocate: false }

function accept(round: number, ...slots: readonly number[]): StorageOperation {
  return { type: 'accept', ballot: { round, node: 1 }, entries: slots.map((slot) => entry(slot, round, 100)) }
}

function compact(index: number): StorageOperation {
  return { type: 'compactTo', meta: meta(index) }
}

function files(disk: FaultyDisk): string[] {
  return disk.list().filter((name) => /^log-\d+$/.test(name))
}

function read(disk: FaultyDisk, store: DurableLogStore, from: number, to: number): readonly Entry[] {
  let result: readonly Entry[] = []
  store.read(from, to, (entries, error) => {
    if (error !== undefined) throw error
    result = entries
  })
  disk.run()
  return result
}

/** A log of slots in many segments: written in this order, one write each. */
function written(operations: readonly StorageOperation[]): { disk: FaultyDisk; store: DurableLogStore } {
  const disk = new FaultyDisk()
  const store = open(disk, small)
  for (const operation of operations) write(disk, store, operation)
  return { disk, store }
}

const odd = Array.from({ length: 30 }, (_, i) => accept(1, 2 * i + 1))

describe('a log of slots that are accepted one by one', () => {
  it('is written with one write and one sync for a batch', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    disk.log = []
    write(disk, store, accept(1, 1, 2, 5, 9))
    expect(disk.log.map((line) => line.split(' ')[0])).toEqual(['write', 'sync'])
  })

  it('keeps what was accepted last in each slot, over segments and a crash', () => {
    const operations = [...odd, accept(2, 3, 9, 40), accept(3, 9, 41)]
    const { disk, store } = written(operations)
    expect(files(disk).length).toBeGreaterThan(5)
    expect(read(disk, store, 39, 60).map(plainEntry)).toEqual(
      [entry(39, 1, 100), entry(40, 2, 100), entry(41, 3, 100)].map(plainEntry),
    )
    const reopened = open(disk.crash(loseAll))
    expect(plain(reopened.image)).toEqual(reference([operations]))
    expect(reopened.image.ballots.get(9)).toEqual({ round: 3, node: 1 })
  })

  it('lets segments go once their slots lie below a start in a hole', () => {
    const { disk, store } = written(odd)
    const before = files(disk).length
    write(disk, store, compact(40))
    expect(files(disk).length).toBeLessThanOrEqual(before / 2)
    expect(read(disk, store, 40, 50)).toEqual([])
    expect(read(disk, store, 41, 50).map(({ index }) => index)).toEqual([41])
    expect(plain(open(disk.crash(loseAll)).image)).toEqual(reference([[...odd, compact(40)]]))
  })

  it('lets all go but the active segment for a start above every slot, and goes on behind it', () => {
    const { disk, store } = written(odd)
    write(disk, store, hardState(7), compact(100))
    expect(files(disk).length).toBe(1)
    const more = accept(2, 90, 100, 101, 104)
    write(disk, store, more)
    const reopened = open(disk.crash(loseAll), small)
    expect(plain(reopened.image)).toEqual(reference([[...odd, hardState(7), compact(100), more]]))
    expect(reopened.image.entries.map(({ index }) => index)).toEqual([101, 104])
  })

  it('keeps a segment as long as one of its slots lies above the start', () => {
    const operations = [accept(1, 500), ...odd, compact(60)]
    const { disk } = written(operations)
    expect(files(disk)[0]).toBe(files(written([]).disk)[0])
    expect(plain(open(disk.crash(loseAll)).image)).toEqual(reference([operations]))
  })

  it('ends at its last slot, and not at a hole, when it is truncated', () => {
    const live = new LiveIndex()
    for (const operation of [accept(1, 2, 9), { type: 'truncateAfter', index: 8 } as const])
      live.apply(operation, 1)
    expect(live.lastIndex).toBe(2)
  })
})
