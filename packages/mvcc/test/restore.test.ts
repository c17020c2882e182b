import { ByteWriter } from '@quorate/core'
import { writeBytes, writeInteger } from '@quorate/codec'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bytes, codeOf, drain, Subject } from './support/harness.ts'

function sample(): Subject {
  const subject = new Subject()
  for (const key of ['a', 'b', 'c']) for (const value of ['1', '2', '3']) subject.put(key, value)
  subject.delete('b')
  subject.compact(6)
  subject.put('b', '4')
  return subject
}

interface Entry {
  readonly mod: number
  readonly sub?: number
  /** Absent: a tombstone. */
  readonly create?: number
  readonly version?: number
}

/** A snapshot written by hand. */
function crafted(
  revision: number,
  compacted: number,
  keys: readonly (readonly [string, ...Entry[]])[],
): Uint8Array {
  const writer = new ByteWriter()
  writer.raw(bytes('QMVC')).u8(1).u64(revision)
  writeInteger(writer, compacted)
  for (const [key, ...versions] of keys) {
    writer.u8(1)
    writeBytes(writer, bytes(key))
    for (const { mod, sub = 0, create, version = 1 } of versions) {
      writer
        .u8(create === undefined ? 2 : 1)
        .u64(mod)
        .u32(sub)
      if (create === undefined) continue
      writer.u64(create).u64(version)
      writeBytes(writer, bytes('v'))
    }
    writer.u8(0)
  }
  writer.u8(0).u64(keys.length)
  return writer.copy()
}

const restoring = (snapshot: Uint8Array) => codeOf(() => new Subject().machine.restore([snapshot]))

describe('restore', () => {
  it('refuses what no store can have written', () => {
    const put = (mod: number, create = mod, version = 1) => ({ mod, create, version })
    const gone = (mod: number) => ({ mod })
    expect(restoring(crafted(1, -1, []))).toBe('none')
    expect(restoring(crafted(5, 3, [['a', put(4, 2, 3), put(3, 2, 2)]]))).toBe('none')
    expect(restoring(crafted(5, 3, [['a', put(5), gone(4), put(2)]]))).toBe('none')
    expect(restoring(crafted(5, 3, [['a', gone(3)]]))).toBe('none')

    const bad: Record<string, Uint8Array> = {
      'revision 0': crafted(0, -1, []),
      'compacted below never': crafted(1, -2, []),
      'compacted in the future': crafted(1, 2, []),
      'an empty key': crafted(5, -1, [['', put(2)]]),
      'a key twice': crafted(5, -1, [
        ['a', put(2)],
        ['a', put(3)],
      ]),
      'keys out of order': crafted(5, -1, [
        ['b', put(2)],
        ['a', put(3)],
      ]),
      'a key without versions': crafted(5, -1, [['a']]),
      'a change above the revision': crafted(5, -1, [['a', put(6)]]),
      'a change at revision 1': crafted(5, -1, [['a', put(1)]]),
      'versions out of order': crafted(5, -1, [['a', put(3, 2, 2), put(4, 2, 1)]]),
      'a gap in the versions': crafted(5, -1, [['a', put(3, 2, 3), put(2)]]),
      'another create revision': crafted(5, -1, [['a', put(4, 3, 2), put(2)]]),
      'version 0': crafted(5, -1, [['a', put(4, 4, 0)]]),
      'version 2 of a new key': crafted(5, -1, [['a', put(4, 4, 2)]]),
      'a put that follows nothing': crafted(5, -1, [['a', put(4, 2, 3)]]),
      'two versions that were compacted': crafted(5, 4, [['a', put(3, 2, 2), put(2)]]),
      'a tombstone that was compacted': crafted(5, 4, [['a', gone(3)]]),
      'a delete of nothing': crafted(5, -1, [['a', gone(3)]]),
      'a delete of a delete': crafted(5, -1, [['a', gone(4), gone(3), put(2)]]),
      'a put that goes on after a delete': crafted(5, -1, [['a', put(4, 2, 2), gone(3), put(2)]]),
    }
    for (const [name, snapshot] of Object.entries(bad))
      expect([name, restoring(snapshot)]).toEqual([name, 'DECODE'])
  })

  it('names a newer version, and refuses another kind of file', () => {
    const snapshot = Buffer.concat(drain(sample().machine.snapshot()))
    const newer = Uint8Array.from(snapshot)
    newer[4] = 2
    expect(restoring(newer)).toBe('NEWER_VERSION')
    const other = Uint8Array.from(snapshot)
    other[0] = 0
    expect(restoring(other)).toBe('DECODE')
    expect(codeOf(() => new Subject().machine.restore([]))).toBe('DECODE')
  })

  it('answers truncation, garbage and flipped bytes with DECODE or a state, and keeps the old state if it fails', () => {
    const subject = sample()
    const snapshot = Uint8Array.from(Buffer.concat(drain(subject.machine.snapshot())))
    const digest = subject.machine.digest()
    const outcome = (given: Uint8Array) => {
      const code = codeOf(() => subject.machine.restore([given]))
      if (code !== 'none') expect(subject.machine.digest()).toBe(digest)
      else subject.machine.restore([snapshot])
      return code
    }
    for (let length = 0; length < snapshot.length; length++) {
      expect(outcome(snapshot.subarray(0, length))).toBe('DECODE')
    }
    expect(outcome(Uint8Array.of(...snapshot, 0))).toBe('DECODE')
    fc.assert(
      fc.property(fc.nat(snapshot.length - 1), fc.nat(255), (at, byte) => {
        const changed = snapshot.slice()
        changed[at] = byte
        expect(['DECODE', 'NEWER_VERSION', 'none']).toContain(outcome(changed))
      }),
      { numRuns: 2000 },
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (rest) => {
        expect(['DECODE', 'none']).toContain(outcome(Uint8Array.of(...bytes('QMVC'), 1, ...rest)))
      }),
      { numRuns: 1000 },
    )
  })
})
