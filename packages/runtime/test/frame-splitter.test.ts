import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FrameSplitter, frameLengthBytes, writeFrameLength } from '../src/index.ts'

function stream(frames: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(frames.reduce((sum, frame) => sum + frame.length + frameLengthBytes, 0))
  let offset = 0
  for (const frame of frames) {
    writeFrameLength(bytes, offset, frame.length)
    bytes.set(frame, offset + frameLengthBytes)
    offset += frameLengthBytes + frame.length
  }
  return bytes
}

describe('a stream of frames', () => {
  it('comes apart the same however it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 12 }),
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 20 }),
        (frames, sizes) => {
          const bytes = stream(frames)
          const got: Uint8Array[] = []
          const splitter = new FrameSplitter(300, (frame) => got.push(frame))
          for (let from = 0, i = 0; from < bytes.length; i++) {
            const size = sizes[i % sizes.length]!
            // A buffer of its own, as a socket gives one.
            splitter.push(bytes.slice(from, from + size))
            from += size
          }
          expect(got).toEqual(frames)
        },
      ),
    )
  })

  it('keeps no more than twice a frame alive', () => {
    const frames = [10, 5000, 20, 60_000, 30_000].map((length, i) => new Uint8Array(length).fill(i))
    const got: Uint8Array[] = []
    const splitter = new FrameSplitter(100_000, (frame) => got.push(frame))
    const bytes = stream(frames)
    splitter.push(bytes)
    for (let from = 0; from < bytes.length; from += 7000) splitter.push(bytes.slice(from, from + 7000))
    expect(got).toEqual([...frames, ...frames])
    for (const frame of got) expect(frame.buffer.byteLength).toBeLessThanOrEqual(2 * frame.length)
  })

  it('does not copy a frame that came alone', () => {
    const chunk = stream([new Uint8Array(1000).fill(4)])
    let frame: Uint8Array | undefined
    new FrameSplitter(1000, (bytes) => (frame = bytes)).push(chunk)
    expect(frame?.buffer).toBe(chunk.buffer)
  })

  it('is refused at a length beyond the limit, before that much is kept', () => {
    const splitter = new FrameSplitter(1000, () => {})
    expect(() => splitter.push(Uint8Array.of(0xff, 0xff, 0xff, 0xff))).toThrow('a frame of 4294967295 bytes')
  })

  it('gives nothing after it was stopped, in the middle of a piece too', () => {
    const got: number[] = []
    const splitter: FrameSplitter = new FrameSplitter(10, (frame) => {
      got.push(frame[0]!)
      if (frame[0] === 2) splitter.stop()
    })
    splitter.push(stream([1, 2, 3].map((value) => Uint8Array.of(value))))
    splitter.push(stream([Uint8Array.of(4)]))
    expect(got).toEqual([1, 2])
  })
})
