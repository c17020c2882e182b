import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MvccChange } from '../src/index.ts'
import { deleteRange } from '../src/operations/delete-range.ts'
import { GarbageQueue } from '../src/store/garbage-queue.ts'
import { keyBytes, keyText } from '../src/store/key-text.ts'
import { Store } from '../src/store/store.ts'
import { ValueArena, valueOf, type ValueHolder } from '../src/store/value-arena.ts'
import { WriteTxn } from '../src/store/write-txn.ts'
import { bytes } from './support/harness.ts'

function write(store: Store, action: (txn: WriteTxn) => void): void {
  const sink: MvccChange[] = []
  const txn = new WriteTxn(store, sink)
  action(txn)
  txn.end()
  store.collect()
}

describe('the memory of compacted versions', () => {
  it('comes back with the commands that follow, and with nothing else', () => {
    const store = new Store()
    for (let i = 0; i < 200; i++) write(store, (txn) => txn.put(bytes(`k${i % 20}`), bytes(`${i}`)))
    write(store, (txn) =>
      deleteRange(store, txn, { type: 'deleteRange', key: bytes('k1'), rangeEnd: bytes('k2') }),
    )
    expect(store.index.size).toBe(20)
    store.compact(store.revision)
    for (let i = 0; i < 100; i++) store.collect()
    // Tombstones exactly at the compaction stay until the next one.
    expect(store.index.size).toBe(20)
    write(store, (txn) => txn.put(bytes('x'), bytes('')))
    store.compact(store.revision)
    for (let i = 0; i < 100; i++) store.collect()
    expect(store.index.size).toBe(10)
    expect(store.liveKeys).toBe(10)
    store.index.forRange({ from: '', to: undefined }, (history) => {
      expect(history.newest.previous).toBeUndefined()
    })
  })

  it('stays while a snapshot is open', () => {
    const store = new Store()
    for (let i = 0; i < 10; i++) write(store, (txn) => txn.put(bytes('k'), bytes(`${i}`)))
    store.holdVersions()
    store.compact(store.revision)
    store.collect()
    const newest = () => store.index.get(keyText(bytes('k')))!.newest
    expect(newest().previous).toBeDefined()
    store.releaseVersions()
    for (let i = 0; i < 10; i++) store.collect()
    expect(newest().previous).toBeUndefined()
  })

  it('keeps a tombstone at the compaction, though the key has an earlier one below it', () => {
    const store = new Store()
    const key = bytes('k')
    const put = () => write(store, (txn) => txn.put(key, bytes('1')))
    const remove = () => write(store, (txn) => deleteRange(store, txn, { type: 'deleteRange', key }))
    put()
    remove()
    put()
    remove()
    store.compact(5)
    for (let i = 0; i < 10; i++) store.collect()
    expect(store.index.get(keyText(key))?.newest).toMatchObject({ modRevision: 5, version: 0 })
    write(store, (txn) => txn.put(bytes('x'), bytes('')))
    store.compact(6)
    for (let i = 0; i < 10; i++) store.collect()
    expect(store.index.get(keyText(key))).toBeUndefined()
  })

  it('keeps a key that was made again after its delete', () => {
    const store = new Store()
    write(store, (txn) => txn.put(bytes('k'), bytes('1')))
    write(store, (txn) => deleteRange(store, txn, { type: 'deleteRange', key: bytes('k') }))
    write(store, (txn) => txn.put(bytes('k'), bytes('2')))
    const history = store.index.get(keyText(bytes('k')))!
    store.compact(4)
    store.collect()
    expect(store.index.get(keyText(bytes('k')))).toBe(history)
    expect(history.newest.previous).toBeUndefined()
    expect(valueOf(history.newest)).toEqual(bytes('2'))
  })
})

describe('ValueArena', () => {
  const holder = (length: number): ValueHolder => ({ slab: undefined, offset: 0, length })

  it('gives back what it keeps, whatever is freed around it, and views stay as they were', () => {
    const step = fc.tuple(fc.nat(3000), fc.nat(20), fc.boolean())
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300, size: 'max' }), (steps) => {
        const arena = new ValueArena()
        const held: [ValueHolder, Uint8Array][] = []
        const views: [Uint8Array, number][] = []
        for (const [size, at, keeps] of steps) {
          if (keeps || held.length === 0) {
            const one = holder(size)
            const value = new Uint8Array(size).fill(held.length + 1)
            arena.keep(one, value)
            held.push([one, value])
          } else {
            const [one, value] = held.splice(at % held.length, 1)[0]!
            views.push([valueOf(one), value[0] ?? 0])
            arena.free(one)
            arena.free(one)
          }
        }
        for (const [one, value] of held) expect(Buffer.compare(valueOf(one), value)).toBe(0)
        for (const [view, fill] of views) expect(view.every((byte) => byte === fill)).toBe(true)
      }),
      { numRuns: 50 },
    )
  })

  it('holds at most about twice what is live', () => {
    const arena = new ValueArena()
    const held: ValueHolder[] = []
    // One value in a hundred stays for ever: the worst case for memory that is shared.
    const lasting: ValueHolder[] = []
    for (let i = 0; i < 100_000; i++) {
      const one = holder(256)
      arena.keep(one, new Uint8Array(256))
      if (i % 100 === 0) lasting.push(one)
      else held.push(one)
      if (held.length > 500) arena.free(held.shift()!)
    }
    const slabs = new Set([...lasting, ...held].map((one) => one.slab!))
    const bytesHeld = [...slabs].reduce((sum, slab) => sum + slab.bytes.length, 0)
    expect(bytesHeld).toBeLessThan(2.5 * 256 * (lasting.length + held.length) + 2 * 65_536)
  })

  it('leaves the slab that is being filled alone', () => {
    const arena = new ValueArena()
    const [first, second] = [holder(1000), holder(10)]
    arena.keep(first, new Uint8Array(1000))
    arena.keep(second, new Uint8Array(10))
    arena.free(first)
    expect([second.offset, second.slab!.used, second.slab!.live]).toEqual([1000, 1010, 10])
  })

  it('gives large values memory of their own', () => {
    const arena = new ValueArena()
    const [large, small] = [holder(100_000), holder(10)]
    arena.keep(large, new Uint8Array(100_000).fill(1))
    arena.keep(small, new Uint8Array(10).fill(2))
    expect(large.slab!.bytes.length).toBe(100_000)
    expect(small.slab).not.toBe(large.slab)
    arena.free(large)
    expect(large.slab).toBeUndefined()
  })
})

describe('GarbageQueue', () => {
  it('drops by revision, with the sum of the hashes, and hands out each item once', () => {
    const push = fc.tuple(fc.nat(2), fc.integer())
    fc.assert(
      fc.property(fc.array(push, { maxLength: 3000, size: 'max' }), fc.array(fc.nat(50)), (pushes, drops) => {
        const queue = new GarbageQueue<number>()
        let revision = 0
        const all = pushes.map(([gap, hash], item) => {
          revision += gap
          queue.push(item, revision, hash)
          return { item, revision, hash }
        })
        let before = -1
        let taken = 0
        for (const percent of drops.toSorted((a, b) => a - b)) {
          const limit = Math.floor((revision * percent) / 50)
          const expected = all.filter((one) => one.revision > before && one.revision <= limit)
          const sum = expected.reduce((total, one) => (total + one.hash) | 0, 0)
          expect(queue.drop(limit)).toBe(sum)
          before = Math.max(before, limit)
          for (let i = 0; i < 700; i++) {
            const item = queue.take()
            if (item === undefined) break
            expect(item).toBe(taken++)
            expect(all[item]!.revision).toBeLessThanOrEqual(before)
          }
        }
      }),
      { numRuns: 50 },
    )
  })
})

describe('keyText', () => {
  it('gives the bytes back and keeps their order', () => {
    const key = fc.uint8Array({ maxLength: 30 })
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(keyBytes(keyText(a))).toEqual(a)
        const order = Buffer.compare(a, b)
        expect(keyText(a) < keyText(b)).toBe(order < 0)
        expect(keyText(a) === keyText(b)).toBe(order === 0)
      }),
    )
  })
})
