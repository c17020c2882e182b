import { describe, expect, it } from 'vitest'
import { crc32 } from '@quorate/core'
import type { SnapshotMeta, SnapshotReader, SnapshotStore, SnapshotWriter } from '@quorate/core'
import { openLogStore, openSnapshotStore } from '../../src/storage/index.ts'
import type { SnapshotStoreOptions } from '../../src/storage/index.ts'
import { FaultyDisk, keepAll, loseAll } from './faulty-disk.ts'
import type { CrashRule } from './faulty-disk.ts'
import { append, errorCode, identity, meta, open as openLog, write as writeLog } from './fixtures.ts'
import { randomFrom } from './random.ts'

function open(
  disk: FaultyDisk,
  options: SnapshotStoreOptions = { chunkBytes: 64 },
  own = identity,
): SnapshotStore {
  let result: SnapshotStore | undefined
  let failure: Error | undefined
  openSnapshotStore(disk, own, options, (store, error) => {
    result = store
    failure = error
  })
  disk.run()
  if (failure !== undefined) throw failure
  return result!
}

function content(size: number, seed = 1): Uint8Array {
  return new Uint8Array(size).map((_, i) => (i * 7 + seed * 31 + (i >> 8)) & 0xff)
}

function put(disk: FaultyDisk, writer: SnapshotWriter, piece: Uint8Array): void {
  let failure: Error | undefined = new Error('not reported')
  writer.write(piece, (error) => (failure = error))
  disk.run()
  if (failure !== undefined) throw failure
}

function commit(disk: FaultyDisk, writer: SnapshotWriter): void {
  let failure: Error | undefined = new Error('not reported')
  writer.commit((error) => (failure = error))
  disk.run()
  if (failure !== undefined) throw failure
}

/** Stores a snapshot in pieces of that size. */
function store(
  disk: FaultyDisk,
  snapshots: SnapshotStore,
  of: SnapshotMeta,
  bytes: Uint8Array,
  pieceBytes = 50,
): void {
  const writer = snapshots.create(of)
  for (let from = 0; from < bytes.length; from += pieceBytes) {
    expect(writer.offset).toBe(from)
    put(disk, writer, bytes.subarray(from, from + pieceBytes))
  }
  commit(disk, writer)
}

function load(snapshots: SnapshotStore, of: SnapshotMeta): Uint8Array {
  return Uint8Array.from([...snapshots.load(of)].flatMap((chunk) => [...chunk]))
}

function reader(snapshots: SnapshotStore, of: SnapshotMeta): SnapshotReader {
  let result: SnapshotReader | undefined
  snapshots.open(of, (opened, error) => {
    if (error !== undefined) throw error
    result = opened
  })
  return result!
}

function piece(from: SnapshotReader, offset: number, length: number): Uint8Array {
  let result: Uint8Array | undefined
  from.read(offset, length, (bytes, error) => {
    if (error !== undefined) throw error
    result = bytes
  })
  return result!
}

describe('a snapshot store', () => {
  it('gives back what was written, whatever the sizes of pieces and chunks', () => {
    for (const size of [0, 1, 63, 64, 65, 128, 1000]) {
      for (const pieceBytes of [1, 64, 100, 2000]) {
        const disk = new FaultyDisk()
        const snapshots = open(disk)
        store(disk, snapshots, meta(5, 2), content(size), pieceBytes)
        expect(snapshots.list).toEqual([meta(5, 2)])
        expect(load(snapshots, meta(5, 2))).toEqual(content(size))
        const again = open(disk.crash(loseAll), { chunkBytes: 1000 })
        expect(again.list).toEqual([meta(5, 2)])
        expect(load(again, meta(5, 2))).toEqual(content(size))
      }
    }
  })

  it('reads any piece of it, up to the end', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    store(disk, snapshots, meta(5), content(500))
    const from = reader(snapshots, meta(5))
    expect(from).toMatchObject({ meta: meta(5), size: 500 })
    for (const [offset, length] of [
      [0, 500],
      [0, 64],
      [64, 64],
      [63, 2],
      [100, 333],
      [499, 10],
      [500, 10],
      [600, 1],
    ] as const) {
      expect(piece(from, offset, length)).toEqual(content(500).slice(offset, offset + length))
    }
  })

  it('lists snapshots by age, replaces an equal one, and forgets those that are pruned', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    for (const index of [30, 10, 20]) store(disk, snapshots, meta(index), content(100, index))
    store(disk, snapshots, meta(20), content(100, 99))
    expect(snapshots.list.map((each) => each.index)).toEqual([10, 20, 30])
    expect(load(snapshots, meta(20))).toEqual(content(100, 99))
    snapshots.prune(meta(30))
    expect(snapshots.list).toEqual([meta(30)])
    expect(disk.list()).toEqual(['snapshot.30-1'])
  })

  it('keeps a pruned snapshot until nobody reads it any more', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    store(disk, snapshots, meta(10), content(300))
    store(disk, snapshots, meta(20), content(300))
    const first = reader(snapshots, meta(10))
    const second = reader(snapshots, meta(10))
    snapshots.prune(meta(20))
    expect(snapshots.list).toEqual([meta(20)])
    first.close()
    first.close()
    expect(piece(second, 0, 300)).toEqual(content(300))
    second.close()
    expect(disk.list()).toEqual(['snapshot.20-1'])
  })

  it('does not put another file under one that is being read', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    store(disk, snapshots, meta(10), content(300, 1))
    const from = reader(snapshots, meta(10))
    expect(piece(from, 0, 10)).toEqual(content(300, 1).slice(0, 10))
    store(disk, snapshots, meta(10), content(300, 2))
    expect(piece(from, 0, 300)).toEqual(content(300, 1))
    expect(disk.list()).toEqual(['snapshot.10-1'])
  })

  it('shows nothing of one that was given up', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    const writer = snapshots.create(meta(7))
    put(disk, writer, content(200))
    let failure: Error | undefined
    writer.write(content(100), (error) => (failure = error))
    writer.abort()
    disk.run()
    expect(failure).toMatchObject({ code: 'STOPPED' })
    expect(snapshots.list).toEqual([])
    expect(disk.list()).toEqual([])
    writer.commit((error) => (failure = error))
    expect(failure).toMatchObject({ code: 'STOPPED' })
  })

  it('gives up one that cannot be written, and reports why', () => {
    for (let failAt = 1; failAt <= 9; failAt++) {
      const disk = new FaultyDisk()
      const snapshots = open(disk)
      disk.failAt = disk.events + failAt
      const failed = errorCode(() => store(disk, snapshots, meta(7), content(130), 65))
      if (failed === undefined) continue
      expect(failed, `event ${failAt}`).toBe('STORAGE')
      expect(snapshots.list).toEqual([])
      disk.failAt = Infinity
      store(disk, snapshots, meta(7), content(130))
      expect(load(open(disk.crash(loseAll)), meta(7))).toEqual(content(130))
    }
  })
})

describe('a snapshot store after a crash', () => {
  function losing(random: () => number): CrashRule {
    return {
      keep: ({ length }) => (random() < 0.5 ? [] : [[0, Math.floor(random() * (length + 1))]]),
      keepSize: random() < 0.5,
      directory: (count) => Math.floor(random() * (count + 1)),
    }
  }

  /** Writes two snapshots and prunes the first, until event `limit`. The snapshots that were reported complete. */
  function runUntil(disk: FaultyDisk, limit: number): SnapshotMeta[] {
    disk.limit = limit
    const complete: SnapshotMeta[] = []
    openSnapshotStore(disk, identity, { chunkBytes: 64 }, (snapshots) => {
      const write = (index: number, then: () => void): void => {
        const writer = snapshots!.create(meta(index))
        writer.write(content(150, index), () =>
          writer.write(content(90, index), () =>
            writer.commit((error) => {
              if (error === undefined) complete.push(meta(index))
              then()
            }),
          ),
        )
      }
      write(10, () => write(20, () => snapshots!.prune(meta(20))))
    })
    disk.run()
    return complete
  }

  it('shows a snapshot whole or not at all, and every one that was reported complete', () => {
    const whole = new FaultyDisk()
    expect(runUntil(whole, Infinity).length).toBe(2)
    const expected = (index: number): Uint8Array =>
      Uint8Array.from([...content(150, index), ...content(90, index)])
    for (let limit = 0; limit <= whole.events; limit++) {
      for (let seed = 0; seed < 20; seed++) {
        const disk = new FaultyDisk()
        const complete = runUntil(disk, limit)
        const rule = seed === 0 ? loseAll : seed === 1 ? keepAll : losing(randomFrom(limit * 100 + seed))
        const survivor = disk.crash(rule)
        const snapshots = open(survivor)
        for (const of of snapshots.list) expect(load(snapshots, of)).toEqual(expected(of.index))
        const newest = complete.at(-1)
        if (newest !== undefined) expect(snapshots.list).toContainEqual(newest)
        expect(survivor.list().filter((name) => name.includes('partial'))).toEqual([])
      }
    }
  })

  it('makes durable what it shows, though only the process had crashed before', () => {
    const whole = new FaultyDisk()
    runUntil(whole, Infinity)
    for (let limit = 0; limit <= whole.events; limit++) {
      const disk = new FaultyDisk()
      runUntil(disk, limit)
      const killed = disk.kill()
      const shown = open(killed).list
      const kept = open(killed.crash(loseAll)).list
      for (const of of shown) expect(kept).toContainEqual(of)
    }
  })
})

describe('a damaged snapshot', () => {
  it('is refused, whichever byte it is', () => {
    const disk = new FaultyDisk()
    store(disk, open(disk), meta(5), content(200))
    const bytes = disk.read('snapshot.5-1', 0, 10_000)
    for (let position = 0; position < bytes.length; position++) {
      const damaged = disk.copy()
      const changed = bytes.slice()
      changed[position] = changed[position]! ^ 0x20
      damaged.put('snapshot.5-1', changed)
      expect(
        errorCode(() => load(open(damaged), meta(5))),
        `byte ${position}`,
      ).toBe('CORRUPT_LOG')
    }
    for (let size = 0; size < bytes.length; size++) {
      const damaged = disk.copy()
      damaged.put('snapshot.5-1', bytes.slice(0, size))
      expect(
        errorCode(() => load(open(damaged), meta(5))),
        `cut at ${size}`,
      ).toBe('CORRUPT_LOG')
    }
  })

  it('is found when a piece of it is read', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    store(disk, snapshots, meta(5), content(500))
    const from = reader(snapshots, meta(5))
    const { visible } = disk.names.get('snapshot.5-1')!
    visible[visible.length - 60] = visible[visible.length - 60]! ^ 1
    expect(piece(from, 0, 300)).toEqual(content(500).slice(0, 300))
    expect(errorCode(() => piece(from, 300, 200))).toBe('CORRUPT_LOG')
  })

  it('is found when chunks have changed places', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    store(disk, snapshots, meta(5), content(256))
    const { visible } = disk.names.get('snapshot.5-1')!
    const start = visible.length - 20 - 2 * 72
    const last = visible.slice(start + 72, start + 144)
    visible.copyWithin(start + 72, start, start + 72)
    visible.set(last, start)
    expect(errorCode(() => load(snapshots, meta(5)))).toBe('CORRUPT_LOG')
  })
})

describe('somebody else’s snapshots', () => {
  it('are refused and left alone, leftovers too', () => {
    const disk = new FaultyDisk()
    store(disk, open(disk), meta(5), content(100))
    disk.put('snapshot.9-1.partial-1', content(10))
    const before = disk.copy()
    expect(errorCode(() => open(disk, {}, { ...identity, cluster: 'other' }))).toBe('WRONG_CLUSTER')
    expect(errorCode(() => open(disk, {}, { ...identity, machine: { name: 'counter', version: 2 } }))).toBe(
      'NEWER_VERSION',
    )
    expect(disk.holdsTheSameAs(before)).toBe(true)
    open(disk)
    expect(disk.list()).toEqual(['snapshot.5-1'])
  })

  it('are refused if a newer program wrote them', () => {
    const disk = new FaultyDisk()
    store(disk, open(disk), meta(5), content(100))
    const { visible } = disk.names.get('snapshot.5-1')!
    const view = new DataView(visible.buffer)
    view.setUint32(4, 9, true)
    view.setUint32(
      12,
      crc32(visible.subarray(16, 16 + view.getUint32(8, true)), crc32(visible.subarray(0, 12))),
      true,
    )
    expect(errorCode(() => open(disk))).toBe('NEWER_VERSION')
  })
})

describe('a log and snapshots that do not belong together', () => {
  function refusal(disk: FaultyDisk): Error | undefined {
    const before = disk.copy()
    let failure: Error | undefined
    const snapshots = open(disk)
    openLogStore(
      disk,
      identity,
      { snapshots, location: '/data', preallocate: false },
      (_, error) => (failure = error),
    )
    if (failure !== undefined) expect(disk.holdsTheSameAs(before)).toBe(true)
    disk.run()
    return failure
  }

  it('are refused: a log that starts after a snapshot which is not there', () => {
    const disk = new FaultyDisk()
    const snapshots = open(disk)
    const log = openLog(disk, { preallocate: false })
    store(disk, snapshots, meta(3), content(10))
    store(disk, snapshots, meta(5), content(10))
    writeLog(disk, log, append(1, 9), { type: 'compactTo', meta: meta(5) })
    expect(refusal(disk.copy())).toBeUndefined()
    disk.names.delete('snapshot.5-1')
    expect(refusal(disk)).toMatchObject({ code: 'CORRUPT_LOG' })
    expect(refusal(disk)?.message).toContain('/data is incomplete: the log starts after entry 5')
  })

  it('are refused: snapshots without the log that led to them', () => {
    const disk = new FaultyDisk()
    store(disk, open(disk), meta(5), content(10))
    expect(refusal(disk)?.message).toContain('there is a snapshot up to entry 5, and no log')
    expect(refusal(disk)).toMatchObject({ code: 'CORRUPT_LOG' })
  })
})
