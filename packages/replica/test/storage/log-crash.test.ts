import { describe, expect, it } from 'vitest'
import type { StorageOperation } from '@quorate/core'
import { openLogStore } from '../../src/storage/index.ts'
import type { DurableLogStore, LogStoreOptions } from '../../src/storage/index.ts'
import { FaultyDisk, keepAll, loseAll } from './faulty-disk.ts'
import type { CrashRule } from './faulty-disk.ts'
import { append, hardState, identity, meta, open, plain, randomWrites, reference, write } from './fixtures.ts'
import { randomFrom } from './random.ts'

const options: readonly LogStoreOptions[] = [
  { segmentBytes: 600, preallocate: false },
  { segmentBytes: 1500, preallocate: true },
  { preallocate: false },
]

/** A sector survives or not, each for itself. */
function loseSectors(random: () => number, keepSize: boolean): CrashRule {
  return {
    keep: ({ offset, length }) => {
      const kept: [number, number][] = []
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + 512 - ((offset + from) % 512))
        if (random() < 0.5) kept.push([from, to])
        from = to
      }
      return kept
    },
    keepSize,
    directory: (count) => Math.floor(random() * (count + 1)),
  }
}

/** Each unsynced write is cut somewhere. */
function cutWrites(random: () => number, keepSize: boolean): CrashRule {
  return {
    keep: ({ length }) => [[0, Math.floor(random() * (length + 1))]],
    keepSize,
    directory: (count) => Math.floor(random() * (count + 1)),
  }
}

/** Writes on a disk that stops at event `limit`. How many writes were reported durable, and how many were made. */
function runUntil(
  disk: FaultyDisk,
  limit: number,
  writes: readonly StorageOperation[][],
  config: LogStoreOptions,
  random: () => number,
): { acknowledged: number; made: number } {
  disk.limit = limit
  let store: DurableLogStore | undefined
  let acknowledged = 0
  let made = 0
  openLogStore(disk, identity, config, (opened) => (store = opened))
  disk.run()
  for (const operations of writes) {
    if (store === undefined || disk.events >= limit) break
    made += 1
    store.write(operations, true, (error) => {
      if (error === undefined) acknowledged += 1
    })
    // Sometimes several writes wait for one.
    if (random() < 0.6) disk.run()
    else if (random() < 0.5) disk.step()
  }
  disk.run()
  return { acknowledged, made }
}

/** What each number of the writes leaves. */
function prefixes(writes: readonly StorageOperation[][]): string[] {
  const every = Array.from({ length: writes.length + 1 }, (_, count) => writes.slice(0, count))
  return every.map((some) => JSON.stringify(reference(some)))
}

/** The number of writes, between what was acknowledged and what was made, whose effect the image shows. */
function prefixShown(image: unknown, every: readonly string[], from: number, to: number): number | undefined {
  const shown = JSON.stringify(image)
  const count = every.findIndex((each, i) => i >= from && i <= to && each === shown)
  return count === -1 ? undefined : count
}

describe('a log store after a crash', () => {
  for (const [name, paxos] of [
    ['a dense log', false],
    ['a log with holes', true],
  ] as const) {
    it(`shows every acknowledged write and some whole prefix of the rest: ${name}`, () => {
      let crashes = 0
      for (let seed = 1; seed <= 14; seed++) {
        const config = options[seed % options.length]!
        const writes = randomWrites(randomFrom(seed), 25, paxos)
        const every = prefixes(writes)
        const whole = new FaultyDisk()
        runUntil(whole, Infinity, writes, config, randomFrom(seed))
        for (let limit = 0; limit <= whole.events; limit++) {
          const disk = new FaultyDisk()
          const { acknowledged, made } = runUntil(disk, limit, writes, config, randomFrom(seed))
          const chance = randomFrom(seed * 1000 + limit)
          const rules = [
            loseAll,
            keepAll,
            loseSectors(chance, true),
            loseSectors(chance, false),
            cutWrites(chance, true),
          ]
          for (const [i, rule] of rules.entries()) {
            const survivor = disk.crash(rule)
            const store = open(survivor, config)
            const { incarnation } = store.image
            const count = prefixShown(plain(store.image), every, acknowledged, made)
            expect(count, `seed ${seed}, event ${limit}, rule ${i}`).toBeDefined()
            crashes += 1
            if (i < 2) continue
            // It goes on from there, and stands another crash.
            write(
              survivor,
              store,
              { type: 'installSnapshot', meta: meta(100 + limit, 99) },
              hardState(limit & 0xff),
            )
            const after = open(survivor.crash(loseAll), config)
            expect(after.image.incarnation, `seed ${seed}, event ${limit}, rule ${i}`).toBe(incarnation + 1)
            expect(after.image.base?.index, `seed ${seed}, event ${limit}, rule ${i}`).toBe(100 + limit)
            expect(after.image.hardState).toEqual(Uint8Array.of(limit & 0xff))
            expect(after.image.entries).toEqual([])
          }
        }
      }
      expect(crashes).toBeGreaterThan(1000)
    })
  }

  it('stands crashes while it recovers from one', () => {
    for (let seed = 1; seed <= 12; seed++) {
      const config = options[seed % options.length]!
      const writes = randomWrites(randomFrom(seed), 12, false)
      const every = prefixes(writes)
      const whole = new FaultyDisk()
      runUntil(whole, Infinity, writes, config, randomFrom(seed))
      for (let limit = 0; limit <= whole.events; limit++) {
        const chance = randomFrom(seed * 1000 + limit)
        let disk = new FaultyDisk()
        const { acknowledged, made } = runUntil(disk, limit, writes, config, randomFrom(seed))
        let crash = disk.crash(loseSectors(chance, true))
        for (let round = 0; round < 4; round++) {
          disk = crash
          disk.limit = disk.events + Math.floor(chance() * 9)
          openLogStore(disk, identity, config, () => {})
          disk.run()
          crash = disk.crash(chance() < 0.5 ? cutWrites(chance, true) : loseSectors(chance, chance() < 0.5))
        }
        const shown = plain(open(crash, config).image)
        expect(prefixShown(shown, every, acknowledged, made), `seed ${seed}, event ${limit}`).toBeDefined()
      }
    }
  })

  it('counts its openings, whatever crashes come between', () => {
    let disk = new FaultyDisk()
    let last = 0
    for (let round = 0; round < 60; round++) {
      const random = randomFrom(round)
      disk.limit = disk.events + Math.floor(random() * 14)
      let store: DurableLogStore | undefined
      openLogStore(disk, identity, { segmentBytes: 600, preallocate: false }, (opened) => (store = opened))
      disk.run()
      if (store !== undefined) {
        expect(store.image.incarnation).toBeGreaterThan(last)
        last = store.image.incarnation
      }
      disk = disk.crash(loseSectors(random, round % 2 === 0))
    }
    expect(last).toBeGreaterThan(5)
  })

  it('makes durable what it shows, though only the process had crashed before', () => {
    for (let seed = 1; seed <= 6; seed++) {
      const config = options[seed % options.length]!
      const writes = randomWrites(randomFrom(seed), 25, false)
      const whole = new FaultyDisk()
      runUntil(whole, Infinity, writes, config, randomFrom(seed))
      for (let limit = 0; limit <= whole.events; limit++) {
        const disk = new FaultyDisk()
        runUntil(disk, limit, writes, config, randomFrom(seed))
        const killed = disk.kill()
        const shown = plain(open(killed, config).image)
        const after = killed.crash(loseAll)
        const store = open(after, config)
        expect(plain(store.image), `seed ${seed}, event ${limit}`).toEqual(shown)
        expect(store.image.incarnation).toBeGreaterThan(1)
      }
    }
  })

  it('makes durable what it shows after a sync that failed, though another finds nothing to do', () => {
    for (const preallocate of [true, false]) {
      const disk = new FaultyDisk()
      const config = { segmentBytes: 2000, preallocate }
      const store = open(disk, config)
      write(disk, store, append(1, 3))
      disk.failAt = disk.events + 2
      store.write([append(4, 6)], true, () => {})
      disk.run()
      const killed = disk.kill()
      const shown = open(killed, config).image
      expect(shown.entries.length).toBe(6)
      expect(plain(open(killed.crash(loseAll), config).image)).toEqual(plain(shown))
    }
  })

  it('needs no record of a crash that happened while it was opened for the first time', () => {
    const whole = new FaultyDisk()
    open(whole, { segmentBytes: 2000 })
    for (let limit = 0; limit <= whole.events; limit++) {
      for (const rule of [loseAll, keepAll, loseSectors(randomFrom(limit), true)]) {
        const disk = new FaultyDisk()
        disk.limit = limit
        openLogStore(disk, identity, { segmentBytes: 2000 }, () => {})
        disk.run()
        const store = open(disk.crash(rule), { segmentBytes: 2000 })
        expect(store.image.entries).toEqual([])
      }
    }
  })
})
