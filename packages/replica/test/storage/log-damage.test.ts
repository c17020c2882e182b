import { describe, expect, it } from 'vitest'
import { ByteWriter, crc32 } from '@quorate/core'
import { openLogStore } from '../../src/storage/index.ts'
import { frameHeaderBytes } from '../../src/storage/log-frame.ts'
import { FaultyDisk } from './faulty-disk.ts'
import {
  append,
  entry,
  errorCode,
  hardState,
  identity,
  meta,
  open,
  plain,
  reference,
  write,
} from './fixtures.ts'
import type { StorageOperation } from '@quorate/core'

const active = 'log-0000000000000001'

/** A disk with a store of those writes, and where in its first file each of the records ends. */
function made(
  writes: readonly StorageOperation[][],
  options: { preallocate?: boolean; segmentBytes?: number } = { preallocate: false },
): { disk: FaultyDisk; ends: number[] } {
  const disk = new FaultyDisk()
  const store = open(disk, options)
  const ends = [store.counters.bytes]
  for (const operations of writes) {
    write(disk, store, ...operations)
    ends.push(store.counters.bytes)
  }
  const bytes = disk.read(active, 0, disk.size(active))
  const header = 16 + new DataView(bytes.buffer).getUint32(8, true)
  return { disk, ends: ends.map((end) => header + end) }
}

/** The disk with `change` made to a copy of a file. */
function changed(disk: FaultyDisk, name: string, change: (bytes: Uint8Array) => Uint8Array): FaultyDisk {
  const copy = disk.copy()
  copy.put(name, change(disk.read(name, 0, disk.size(name)).slice()))
  return copy
}

function flipped(disk: FaultyDisk, name: string, position: number, mask: number): FaultyDisk {
  return changed(disk, name, (bytes) => {
    bytes[position] = bytes[position]! ^ mask
    return bytes
  })
}

/** Opens a disk that must be refused with that code, and checks that nothing was touched. */
function expectRefusal(disk: FaultyDisk, code: string, what: string): Error {
  const before = disk.copy()
  let failure: (Error & { code?: string }) | undefined
  openLogStore(disk, identity, { location: '/data' }, (_, error) => (failure = error))
  disk.run()
  expect(failure?.code, what).toBe(code)
  expect(failure?.message.split('\n').length).toBe(1)
  expect(disk.events).toBe(0)
  expect(disk.holdsTheSameAs(before)).toBe(true)
  return failure!
}

const threeWrites: StorageOperation[][] = [
  [append(1, 2), hardState(1, 2, 3)],
  [append(3, 4, 2, 700)],
  [append(5, 5, 2, 30)],
]

describe('a torn tail', () => {
  for (const preallocate of [false, true]) {
    it(`is cut off at every byte, the file ending there or in zeros: preallocate ${preallocate}`, () => {
      const { disk, ends } = made(threeWrites, { preallocate, segmentBytes: 8000 })
      const [start, end] = [ends[2]!, ends[3]!]
      const whole = disk.read(active, 0, disk.size(active))
      for (let cut = start; cut < end; cut++) {
        for (const rest of [0, end - cut, end - cut + 300]) {
          const torn = changed(disk, active, () => {
            const bytes = new Uint8Array(cut + rest)
            bytes.set(whole.subarray(0, cut))
            return bytes
          })
          const store = open(torn)
          expect(plain(store.image), `cut ${cut}, rest ${rest}`).toEqual(reference(threeWrites.slice(0, 2)))
          if (cut > start) expect(store.recovery.cut).toMatchObject({ file: active, offset: start })
          write(torn, store, append(5, 6, 3))
          expect(plain(open(torn).image)).toEqual(reference([...threeWrites.slice(0, 2), [append(5, 6, 3)]]))
        }
      }
    })
  }

  it('is cut off when any of its sectors is missing', () => {
    const { disk, ends } = made([...threeWrites, [append(6, 9, 3, 900)]])
    const [start, end] = [ends[3]!, ends[4]!]
    let sectors = 0
    for (let from = start; from < end;) {
      const to = Math.min(end, from + 512 - (from % 512))
      const torn = changed(disk, active, (bytes) => bytes.fill(0, from, to))
      expect(plain(open(torn).image), `sector at ${from}`).toEqual(reference(threeWrites))
      from = to
      sectors += 1
    }
    expect(sectors).toBeGreaterThan(6)
  })

  it('is told in the log and in the recovery report', () => {
    const { disk, ends } = made(threeWrites)
    const torn = changed(disk, active, (bytes) => bytes.subarray(0, ends[3]! - 1))
    const warnings: object[] = []
    const ignore = (): void => {}
    const logger = {
      debug: ignore,
      info: ignore,
      error: ignore,
      warn: (fields: object) => warnings.push(fields),
    }
    const store = open(torn, { logger, location: '/data' })
    expect(warnings).toEqual([{ file: `/data/${active}`, offset: ends[2], bytes: ends[3]! - 1 - ends[2]! }])
    expect(store.recovery).toMatchObject({ segments: 1, records: 3, entries: 4 })
  })
})

describe('damage', () => {
  it('to any byte of any record is refused, of the last one too', () => {
    const { disk, ends } = made(threeWrites)
    for (let position = 0; position < ends.at(-1)!; position++) {
      for (const mask of [0x01, 0x80, 0xff]) {
        expectRefusal(flipped(disk, active, position, mask), 'CORRUPT_LOG', `byte ${position}, mask ${mask}`)
      }
    }
  })

  it('is refused in preallocated files too', () => {
    const { disk, ends } = made(threeWrites, { preallocate: true, segmentBytes: 8000 })
    for (let position = 0; position < ends.at(-1)!; position += 3) {
      expectRefusal(flipped(disk, active, position, 0x10), 'CORRUPT_LOG', `byte ${position}`)
    }
  })

  it('that zeroes any byte or run of bytes before the last record is refused', () => {
    const { disk, ends } = made(threeWrites)
    const whole = disk.read(active, 0, disk.size(active))
    for (let position = 0; position < ends[2]!; position++) {
      for (const length of [1, 30, 600]) {
        const end = Math.min(ends[2]!, position + length)
        if (whole.subarray(position, end).every((byte) => byte === 0)) continue
        const damaged = changed(disk, active, (bytes) => bytes.fill(0, position, end))
        expectRefusal(damaged, 'CORRUPT_LOG', `bytes ${position} to ${end}`)
      }
    }
  })

  it('to a last record with sectors that were always zero is not taken for a tear', () => {
    const zeros: StorageOperation = { type: 'setHardState', bytes: new Uint8Array(4000) }
    const { disk, ends } = made([[append(1, 2)], [zeros]])
    expect(open(disk.copy()).image.hardState?.length).toBe(4000)
    for (let position = ends[1]!; position < ends[2]!; position += 7) {
      expectRefusal(flipped(disk, active, position, 0x04), 'CORRUPT_LOG', `byte ${position}`)
    }
  })

  it('to a last record’s header that a sector’s border divides is not taken for a tear', () => {
    // With a length of 128: if that bit flips and is alone before the border, the piece looks as if it was never written.
    let divided = 0
    for (let before = 0; before < 512; before++) {
      const writes = [[append(1, 1, 1, before)], [hardState(...new Uint8Array(128 - 6))]]
      const { disk, ends } = made(writes)
      const start = ends[1]!
      if (start % 512 <= 512 - frameHeaderBytes) continue
      divided += 1
      for (let bit = 0; bit < 8 * frameHeaderBytes; bit++) {
        const damaged = flipped(disk, active, start + (bit >> 3), 1 << (bit & 7))
        expectRefusal(damaged, 'CORRUPT_LOG', `bit ${bit} of the header at ${start}`)
      }
    }
    expect(divided).toBe(frameHeaderBytes - 1)
  })

  it('to the only bit that is set in a sector of the last record is not taken for a tear', () => {
    for (const position of [0, 300, 511]) {
      for (const mask of [0x01, 0x10, 0x80]) {
        const zeros = new Uint8Array(4000)
        const { ends } = made([[append(1, 2)], [{ type: 'setHardState', bytes: zeros }]])
        // In the third sector from where the record starts; its payload begins behind header, tag and length.
        const sector = Math.ceil((ends[1]! + 1024) / 512) * 512
        zeros[sector + position - (ends[1]! + frameHeaderBytes + 5)] = mask
        const { disk } = made([[append(1, 2)], [{ type: 'setHardState', bytes: zeros }]])
        expect(disk.read(active, sector + position, 1)[0]).toBe(mask)
        expectRefusal(
          flipped(disk, active, sector + position, mask),
          'CORRUPT_LOG',
          `bit ${mask} at ${position}`,
        )
      }
    }
  })

  it('is named: file, byte, what it is and what to do', () => {
    const { disk, ends } = made(threeWrites)
    const error = expectRefusal(flipped(disk, active, ends[1]! + 40, 1), 'CORRUPT_LOG', '')
    expect(error.message).toBe(
      `the log file /data/${active} is corrupt at byte ${ends[1]}: a record of ${ends[2]! - ends[1]!} bytes fails its ` +
        `checksum, and more was written behind it. Nothing was changed. Put the undamaged file ` +
        `back, or replace this replica by one with a new id (with its old id and less data it would break what it ` +
        `promised)`,
    )
  })

  it('is found when a record stands in another one’s place', () => {
    const { disk, ends } = made([[hardState(1)], [hardState(2)], [hardState(3)], [hardState(4)]])
    const swapped = changed(disk, active, (bytes) => {
      const second = bytes.slice(ends[1], ends[2])
      bytes.copyWithin(ends[1]!, ends[2]!, ends[3])
      bytes.set(second, ends[2])
      return bytes
    })
    const error = expectRefusal(swapped, 'CORRUPT_LOG', 'swapped')
    expect(error.message).toContain('record 4 follows record 2')
    const repeated = changed(disk, active, (bytes) => bytes.copyWithin(ends[2]!, ends[1]!, ends[2]))
    expectRefusal(repeated, 'CORRUPT_LOG', 'repeated')
  })

  it('to a segment before the last one is never a tear', () => {
    const { disk, name } = segmented()
    const size = disk.size(name(2))
    for (const cut of [size - 1, size - 26, size >> 1, 100]) {
      expectRefusal(
        changed(disk, name(2), (bytes) => bytes.subarray(0, cut)),
        'CORRUPT_LOG',
        `cut ${cut}`,
      )
      expectRefusal(
        changed(disk, name(2), (bytes) => bytes.fill(0, cut)),
        'CORRUPT_LOG',
        `zeroed ${cut}`,
      )
    }
  })

  it('is found when a segment is missing, whichever', () => {
    const { disk, name, last } = segmented()
    for (let number = 1; number <= last; number++) {
      const copy = disk.copy()
      copy.names.delete(name(number))
      const error = expectRefusal(copy, 'CORRUPT_LOG', `segment ${number}`)
      expect(error.message).toContain(`/data/${name(number)} is corrupt at byte 0: the file is missing`)
    }
  })

  it('is found when a segment stands in another one’s place', () => {
    const { disk, name } = segmented()
    const copy = disk.copy()
    copy.put(name(2), disk.read(name(3), 0, disk.size(name(3))))
    expectRefusal(copy, 'CORRUPT_LOG', 'copied')
  })
})

function segmented(): { disk: FaultyDisk; name: (number: number) => string; last: number } {
  const disk = new FaultyDisk()
  const store = open(disk, { segmentBytes: 500, preallocate: false })
  for (let index = 1; index <= 20; index++) write(disk, store, append(index, index, 1, 80))
  const name = (number: number): string => `log-${String(number).padStart(16, '0')}`
  const last = disk.list().filter((each) => /^log-\d+$/.test(each)).length
  expect(last).toBeGreaterThan(4)
  void store.close()
  return { disk, name, last }
}

describe('somebody else’s log', () => {
  const { disk } = made(threeWrites)
  const others = [
    ['cluster', { ...identity, cluster: 'other' }],
    ['engine', { ...identity, engine: 'zab' }],
    ['machine', { ...identity, machine: { name: 'znode', version: 3 } }],
    ['machine version', { ...identity, machine: { name: 'counter', version: 4 } }],
    ['replica', { ...identity, node: 3 }],
  ] as const

  for (const [field, other] of others) {
    it(`is refused: another ${field}`, () => {
      const copy = disk.copy()
      const before = copy.copy()
      let failure: Error | undefined
      openLogStore(copy, other, { location: '/data' }, (_, error) => (failure = error))
      expect(failure).toMatchObject({ code: 'WRONG_CLUSTER' })
      expect(failure?.message).toMatch(
        new RegExp(`^/data/${active} belongs to ${field} .*, this is ${field} .*: .*`),
      )
      expect(copy.holdsTheSameAs(before)).toBe(true)
      expect(copy.events).toBe(0)
    })
  }

  it('is refused even if it is damaged elsewhere', () => {
    const damaged = flipped(disk, active, disk.size(active) - 20, 1)
    expect(errorCode(() => open(damaged, {}, { ...identity, cluster: 'other' }))).toBe('WRONG_CLUSTER')
  })

  it('is refused if a newer machine wrote it', () => {
    const older = { ...identity, machine: { name: 'counter', version: 2 } }
    expect(errorCode(() => open(disk.copy(), {}, older))).toBe('NEWER_VERSION')
  })

  const ofVersion = (version: number): FaultyDisk =>
    changed(disk, active, (bytes) => {
      const view = new DataView(bytes.buffer)
      view.setUint32(4, version, true)
      const end = 16 + view.getUint32(8, true)
      view.setUint32(12, crc32(bytes.subarray(16, end), crc32(bytes.subarray(0, 12))), true)
      return bytes
    })

  it('is refused if a newer program wrote it', () => {
    const error = expectRefusal(ofVersion(3), 'NEWER_VERSION', 'newer')
    expect(error.message).toContain(`/data/${active} has format version 3, this program knows up to 2`)
  })

  it('is refused if a program wrote it that is too old', () => {
    const error = expectRefusal(ofVersion(1), 'OLDER_VERSION', 'older')
    expect(error.message).toContain(`/data/${active} has format version 1, this program reads none before 2`)
  })

  it('is refused if it is no log at all', () => {
    const copy = new FaultyDisk()
    copy.put(active, new ByteWriter(64).u64(1).u64(2).u64(3).copy())
    expectRefusal(copy, 'CORRUPT_LOG', 'garbage')
    copy.put(active, new Uint8Array(0))
    expectRefusal(copy, 'CORRUPT_LOG', 'empty')
  })
})

it('keeps the entries of a file apart from what it is called', () => {
  const { disk } = made([[append(1, 3)], [{ type: 'compactTo', meta: meta(1) }]])
  const store = open(disk)
  expect(store.image.entries.map((each) => each.index)).toEqual([2, 3])
  expect(store.image.entries[0]?.data).toEqual(entry(2).data)
})
