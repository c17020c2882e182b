import { QuorateError, majorityOf } from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TransferFrame, decodeTransfer, encodeTransfer } from '../src/snapshots/transfer-frames.ts'

const number = fc.maxSafeNat()
const bytes = fc.uint8Array({ maxLength: 60 })
const flat = { noNullPrototype: true } as const

const frame: fc.Arbitrary<TransferFrame> = fc.oneof(
  fc.record(
    {
      type: fc.constant('offer' as const),
      transfer: number,
      meta: fc.record(
        { index: number, epoch: number, membership: fc.constant(majorityOf([1, 2, 3], [4])) },
        flat,
      ),
      size: number,
      message: bytes,
    },
    flat,
  ),
  fc.record(
    {
      type: fc.constant('piece' as const),
      transfer: number,
      offset: number,
      checksum: fc.nat({ max: 0xffff_ffff }),
      bytes,
    },
    flat,
  ),
  fc.record(
    { type: fc.constant('progress' as const), transfer: number, offset: number, complete: fc.boolean() },
    flat,
  ),
  fc.record({ type: fc.constant('refuse' as const), transfer: number }, flat),
)

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    return error instanceof QuorateError ? error.code : `another exception: ${String(error)}`
  }
  return 'none'
}

describe('a frame of a transfer', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(frame, (one) => {
        expect(decodeTransfer(encodeTransfer(one))).toEqual(one)
        expect(encodeTransfer(one)[0]).toBe(2)
      }),
    )
  })

  it('gives a piece as a view, without copying', () => {
    const encoded = encodeTransfer({
      type: 'piece',
      transfer: 1,
      offset: 0,
      checksum: 0,
      bytes: Uint8Array.of(1),
    })
    const piece = decodeTransfer(encoded)
    expect(piece.type === 'piece' && piece.bytes.buffer).toBe(encoded.buffer)
  })

  it('that is cut off, changed or no frame at all is DECODE, or another frame', () => {
    const changed = fc.tuple(frame, fc.nat(), fc.nat({ max: 255 })).map(([one, at, value]) => {
      const encoded = encodeTransfer(one)
      return encoded.with(at % encoded.length, value)
    })
    fc.assert(
      fc.property(fc.oneof(bytes, changed), (bad) => {
        expect(['none', 'DECODE']).toContain(codeOf(() => decodeTransfer(bad)))
      }),
      { numRuns: 3000 },
    )
    fc.assert(
      fc.property(frame, (one) => {
        const encoded = encodeTransfer(one)
        for (let length = 0; length < encoded.length; length++) {
          expect(codeOf(() => decodeTransfer(encoded.subarray(0, length)))).toBe('DECODE')
        }
        expect(codeOf(() => decodeTransfer(Uint8Array.of(...encoded, 0)))).toBe('DECODE')
      }),
      { numRuns: 30 },
    )
  })
})
