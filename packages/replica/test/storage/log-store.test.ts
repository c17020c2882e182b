import { describe, expect, it } from 'vitest'
import { LogImageBuilder, encodeEntry } from '@quorate/core'
import type { Entry, StorageOperation } from '@quorate/core'
import { FaultyDisk, loseAll } from './faulty-disk.ts'
import {
  append,
  entry,
  errorCode,
  hardState,
  meta,
  open,
  plain,
  plainEntry,
  randomWrites,
  reference,
  write,
} from './fixtures.ts'
import type { DurableLogStore } from '../../src/storage/index.ts'
import { randomFrom } from './random.ts'

/** What `read` gives, after everything under way. */
function read(disk: FaultyDisk, store: DurableLogStore, from: number, to: number): readonly Entry[] {
  let result: readonly Entry[] | undefined
  store.read(from, to, (entries, error) => {
    if (error !== undefined) throw error
    result = entries
  })
  disk.run()
  return result!
}

function files(disk: FaultyDisk): string[] {
  return disk.list().filter((name) => /^log-\d+$/.test(name))
}

describe('a log store', () => {
  it('agrees with the reference for any writes, reopened at any time', () => {
    for (let seed = 1; seed <= 60; seed++) {
      const disk = new FaultyDisk()
      const options = { segmentBytes: 400 + (seed % 5) * 700, preallocate: seed % 2 === 0 }
      const random = randomFrom(seed)
      const writes = randomWrites(randomFrom(seed + 1000), 60, seed % 3 === 0)
      const builder = new LogImageBuilder()
      let store = open(disk, options)
      for (const [i, operations] of writes.entries()) {
        write(disk, store, ...operations)
        for (const operation of operations) builder.apply(operation)
        if (random() < 0.1) {
          void store.close()
          store = open(disk, options)
          expect(plain(store.image), `seed ${seed}, write ${i}`).toEqual(reference(writes.slice(0, i + 1)))
        }
        const from = builder.baseIndex + 1 + Math.floor(random() * 5)
        const to = from + Math.floor(random() * 12)
        const expected: Entry[] = []
        for (let index = from; index <= to && builder.entryAt(index) !== undefined; index++) {
          expected.push(builder.entryAt(index)!)
        }
        expect(read(disk, store, from, to).map(plainEntry), `seed ${seed}, write ${i}`).toEqual(
          expected.map(plainEntry),
        )
      }
    }
  })

  it('writes once and syncs once for a whole write', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    const { writes, fsyncs } = store.counters
    disk.log = []
    write(disk, store, append(1, 100), hardState(1), { type: 'truncateAfter', index: 50 })
    expect(disk.log.map((line) => line.split(' ')[0])).toEqual(['write', 'sync'])
    expect(store.counters).toMatchObject({ writes: writes + 1, fsyncs: fsyncs + 1 })
  })

  it('writes what waits for a sync together, and reports in order', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    disk.log = []
    const reported: number[] = []
    for (let i = 1; i <= 20; i++) store.write([append(i, i)], i % 4 !== 0, () => reported.push(i))
    expect(reported).toEqual([])
    disk.run()
    expect(reported).toEqual(Array.from({ length: 20 }, (_, i) => i + 1))
    expect(disk.log.map((line) => line.split(' ')[0])).toEqual(['write', 'sync', 'write', 'sync'])
    expect(open(disk.crash(loseAll)).image.entries.length).toBe(20)
  })

  it('reports an unsynced write early, and syncs it before the next', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    disk.log = []
    const reported: string[] = []
    store.write([hardState(1)], false, () => reported.push('first'))
    disk.step()
    expect(reported).toEqual(['first'])
    store.write([hardState(2)], true, () => reported.push('second'))
    disk.run()
    expect(reported).toEqual(['first', 'second'])
    expect(disk.log.map((line) => line.split(' ')[0])).toEqual(['write', 'sync', 'write', 'sync'])
  })

  it('never reports during a write, even if the disk does', async () => {
    const disk = new FaultyDisk()
    disk.inline = true
    const store = open(disk, { segmentBytes: 300, preallocate: false })
    let during = false
    let reports = 0
    const ended = new Promise<void>((resolve) => {
      const done = (): void => {
        expect(during).toBe(false)
        reports += 1
        if (reports === 40) resolve()
        else if (reports % 2 === 0) for (let i = 0; i < 2; i++) writeOne()
      }
      const writeOne = (): void => {
        const outer = during
        during = true
        store.write([hardState(reports & 0xff)], reports % 3 !== 0, done)
        during = outer
      }
      writeOne()
      writeOne()
    })
    await ended
  })

  it('fails the write that failed, and every later one with the same error, and asks the disk nothing more', async () => {
    for (const step of [1, 2]) {
      for (const later of [true, false]) {
        const disk = new FaultyDisk()
        const store = open(disk, { preallocate: false, location: '/data' })
        write(disk, store, append(1, 1))
        disk.failAt = disk.events + step
        disk.failAll = later
        const errors: (Error | undefined)[] = []
        for (let i = 2; i <= 4; i++) store.write([append(i, i)], true, (error) => errors.push(error))
        disk.run()
        expect(errors.length).toBe(3)
        expect(errors[0]).toMatchObject({ code: 'STORAGE' })
        expect(errors[0]?.message).toMatch(/^cannot write the log in \/data: EIO: .*; check the disk/)
        expect(errors.every((error) => error === errors[0])).toBe(true)
        const { events } = disk
        let late: Error | undefined
        const reported = new Promise<void>((resolve) =>
          store.write([append(5, 5)], true, (error) => {
            late = error
            resolve()
          }),
        )
        expect(late).toBeUndefined()
        await reported
        expect(late).toBe(errors[0])
        expect(disk.events).toBe(events)
        await store.close()
        expect(open(disk.crash(loseAll)).image.entries.length).toBe(1)
      }
    }
  })

  it('reports an error of its opening', () => {
    for (let failAt = 1; failAt < 9; failAt++) {
      const disk = new FaultyDisk()
      disk.failAt = failAt
      disk.failAll = true
      expect(
        errorCode(() => open(disk, { segmentBytes: 100 })),
        `event ${failAt}`,
      ).toBe('STORAGE')
    }
  })

  it('does without preallocation when that fails', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 3 << 20 })
    disk.failAt = Infinity
    for (let index = 1; index <= 12; index++) {
      store.write([append(index, index, 1, 300_000)], true, (error) => {
        if (error !== undefined) throw error
      })
      // The first thing that is not the log's own write or sync is the next segment's.
      while (!disk.isIdle) {
        const failing = disk.log.filter((line) => line.includes('.new')).length < 4
        disk.failAt = failing ? nextSpareEvent(disk) : Infinity
        disk.step()
      }
    }
    expect(open(disk.crash(loseAll)).image.entries.length).toBe(12)
  })

  it('closes after what is under way, and refuses what comes then', async () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    const order: string[] = []
    store.write([append(1, 1)], true, (error) => order.push(`first ${error === undefined}`))
    const closed = store.close().then(() => order.push('closed'))
    const refused = new Promise<void>((resolve) =>
      store.write([append(2, 2)], true, (error) => {
        order.push((error as { code?: string }).code!)
        resolve()
      }),
    )
    await refused
    disk.run()
    await closed
    expect(order).toEqual(['STOPPED', 'first true', 'closed'])
    await store.close()
    expect(open(disk).image.entries.length).toBe(1)
  })

  it('lets go of its image at the first write', () => {
    const disk = new FaultyDisk()
    write(disk, open(disk), append(1, 3), hardState(9))
    const store = open(disk)
    expect(store.image).toMatchObject({ incarnation: 2, hardState: Uint8Array.of(9) })
    expect(store.image.entries.length).toBe(3)
    write(disk, store, append(4, 4))
    expect(store.image).toMatchObject({ incarnation: 2, hardState: Uint8Array.of(9) })
    expect(() => store.image.entries).toThrow('before its first write')
  })

  it('gives entries their binary form, once, and keeps one that they have', () => {
    const disk = new FaultyDisk()
    const store = open(disk)
    const fresh = entry(1)
    const known = entry(2)
    const form = encodeEntry(known)
    write(disk, store, { type: 'append', entries: [fresh, known, entry(3)] })
    expect(fresh.encoded).toEqual(encodeEntry(entry(1)))
    expect(known.encoded).toBe(form)
    const forms = [1, 2, 3].map((index) => encodeEntry(entry(index)))
    expect(read(disk, store, 1, 3).map((each) => each.encoded)).toEqual(forms)
    expect(open(disk).image.entries.map(encodeEntry)).toEqual(forms)
  })
})

/** The number of the next event if it concerns a file that is being made ready, else never. */
function nextSpareEvent(disk: FaultyDisk): number {
  return disk.list().some((name) => name.endsWith('.new')) ? disk.events + 1 : Infinity
}

describe('segments', () => {
  it('roll over at their size, and go once a snapshot covers them', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 2000, preallocate: false })
    write(disk, store, hardState(1))
    for (let index = 1; index <= 200; index++) write(disk, store, append(index, index, 1, 100))
    const before = files(disk)
    expect(before.length).toBeGreaterThan(10)
    for (const name of before.slice(0, -1)) expect(disk.size(name)).toBeLessThan(2400)
    write(disk, store, { type: 'compactTo', meta: meta(150) })
    const after = files(disk)
    expect(after.length).toBeLessThan(before.length / 2)
    expect(read(disk, store, 151, 200).length).toBe(50)
    expect(read(disk, store, 150, 200)).toEqual([])
    const reopened = open(disk.crash(loseAll))
    expect(reopened.image.hardState).toEqual(Uint8Array.of(1))
    expect(reopened.image.base).toEqual(meta(150))
    expect(reopened.image.entries.map((each) => each.index)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 151),
    )
  })

  it('keep what an installed snapshot left, though the entry that said so is gone', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 600, preallocate: false })
    for (let index = 1; index <= 30; index++) write(disk, store, append(index, index, 1, 100))
    const count = files(disk).length
    write(disk, store, { type: 'installSnapshot', meta: meta(20) })
    expect(files(disk).length).toBeLessThan(count)
    expect(read(disk, store, 21, 30).length).toBe(10)
    expect(open(disk).image.entries.map((each) => each.index)).toEqual([
      21, 22, 23, 24, 25, 26, 27, 28, 29, 30,
    ])
  })

  it('stay while a crash makes their removal undone, and are removed then', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 600, preallocate: false })
    for (let index = 1; index <= 30; index++) write(disk, store, append(index, index, 1, 100))
    write(disk, store, { type: 'compactTo', meta: meta(25) })
    const after = files(disk).length
    const survivor = disk.crash(loseAll)
    const before = files(survivor).length
    expect(before).toBeGreaterThan(after + 3)
    const reopened = open(survivor)
    expect(files(survivor).length).toBe(after)
    expect(reopened.recovery.removed.length).toBe(before - after)
  })

  it('are ready, filled with zeros, when the one before is half full', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 4 << 20 })
    const size = 1 << 20
    expect(disk.size(files(disk)[0]!)).toBe(size)
    for (let index = 1; index <= 14; index++) write(disk, store, append(index, index, 1, 100_000))
    expect(files(disk).length).toBe(2)
    expect(disk.size(files(disk)[1]!)).toBeGreaterThanOrEqual(2 * size)
    expect(open(disk.crash(loseAll)).image.entries.length).toBe(14)
  })

  it('hold a write that is larger than any of them', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { segmentBytes: 1000 })
    const writes: StorageOperation[][] = [
      [append(1, 1, 1, 50_000)],
      [append(2, 40, 1, 300)],
      [append(41, 41)],
    ]
    for (const operations of writes) write(disk, store, ...operations)
    expect(plain(open(disk.crash(loseAll)).image)).toEqual(reference(writes))
  })
})

describe('reading back', () => {
  it('waits for the writes before it, and not for those after', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    const order: string[] = []
    store.write([append(1, 2)], true, () => order.push('first'))
    store.write([append(3, 4)], true, () => order.push('second'))
    store.read(1, 10, (entries) => order.push(`read ${entries.length}`))
    disk.step()
    disk.step()
    store.write([append(5, 6)], true, () => order.push('third'))
    disk.run()
    expect(order.indexOf('read 4')).toBeGreaterThan(0)
    expect(order.indexOf('read 4')).toBeLessThan(order.indexOf('third'))
    expect(read(disk, store, 1, 10).length).toBe(6)
  })

  it('finds what has rotted since it was written', () => {
    const disk = new FaultyDisk()
    const store = open(disk, { preallocate: false })
    write(disk, store, append(1, 5))
    const name = files(disk)[0]!
    const bytes = disk.names.get(name)!.visible
    bytes[bytes.length - 30] = bytes[bytes.length - 30]! ^ 1
    let failure: Error | undefined
    store.read(1, 5, (_, error) => (failure = error))
    expect(failure).toMatchObject({ code: 'CORRUPT_LOG' })
  })
})
