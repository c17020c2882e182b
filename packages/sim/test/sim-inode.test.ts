import { equalBytes } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calmDisk } from '../src/disk/disk-conditions.ts'
import { SimInode } from '../src/disk/sim-inode.ts'
import { Random } from '../src/random/random.ts'

/** What happens to a file. Offsets reach over the border of a page. */
type Action =
  | { readonly type: 'write'; readonly offset: number; readonly length: number; readonly fill: number }
  | { readonly type: 'truncate'; readonly size: number }
  | { readonly type: 'sync' | 'look' | 'crash' }

const page = 1 << 16
const offset = fc.oneof(fc.nat(40), fc.integer({ min: page - 20, max: page + 20 }))
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('write'),
      offset,
      length: fc.nat(30),
      fill: fc.integer({ min: 1, max: 255 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ type: fc.constant('truncate'), size: offset }) },
  { weight: 3, arbitrary: fc.record({ type: fc.constantFrom('sync', 'look', 'crash') }) },
)

/** A file as two lists of bytes: what is seen and what is on the disk. */
class PlainFile {
  seen: number[] = []
  disk: number[] = []

  write(at: number, length: number, fill: number): void {
    while (length > 0 && this.seen.length < at + length) this.seen.push(0)
    this.seen.fill(fill, at, at + length)
  }

  truncate(size: number): void {
    while (this.seen.length < size) this.seen.push(0)
    this.seen.length = size
  }
}

function unexpected(): never {
  throw new Error('nothing goes astray here')
}

describe('SimInode', () => {
  it('shows every change at once, and after a crash what was synced', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 25 }), (actions) => {
        const inode = new SimInode()
        const plain = new PlainFile()
        const random = new Random(1)
        for (const each of actions) {
          if (each.type === 'write') {
            inode.write(each.offset, new Uint8Array(each.length).fill(each.fill)).completed = true
            plain.write(each.offset, each.length, each.fill)
          } else if (each.type === 'truncate') {
            inode.truncate(each.size)
            plain.truncate(each.size)
          } else if (each.type === 'sync') {
            inode.markDurable(inode.lastCompleted, unexpected)
            plain.disk = [...plain.seen]
          } else if (each.type === 'look') {
            // From here on the inode keeps the disk's content by itself.
            expect(inode.durableSize).toBe(plain.disk.length)
          } else {
            inode.crash(random, { ...calmDisk, survival: 0, tear: 0 }, unexpected)
            inode.reload()
            plain.seen = [...plain.disk]
          }
          expect(equalBytes(inode.read(0, 2 * page), Uint8Array.from(plain.seen))).toBe(true)
        }
        expect(inode.durableSize).toBe(plain.disk.length)
        expect(plain.disk.every((byte, i) => inode.durableAt(i) === byte)).toBe(true)
        expect(inode.lastDurable).toBe(plain.disk.findLastIndex((byte) => byte !== 0))
      }),
      { numRuns: 60 },
    )
  })

  it('brings back of overlapping changes what survives, with the bytes that each wrote', () => {
    const inode = new SimInode()
    inode.write(0, Uint8Array.of(1, 1, 1, 1)).completed = true
    inode.write(2, Uint8Array.of(2, 2, 2, 2)).completed = true
    inode.truncate(3)
    inode.crash(new Random(1), { ...calmDisk, survival: 1, tear: 0 }, unexpected)
    inode.reload()
    expect([...inode.read(0, 9)]).toEqual([1, 1, 2])
  })
})
