import { QuorateError } from '@quorate/core'

/** Bytes of the length, little endian, before every frame. */
export const frameLengthBytes = 4

/** Writes the length that goes before a frame. */
export function writeFrameLength(target: Uint8Array, offset: number, length: number): void {
  target[offset] = length & 0xff
  target[offset + 1] = (length >>> 8) & 0xff
  target[offset + 2] = (length >>> 16) & 0xff
  target[offset + 3] = length >>> 24
}

/**
 * Cuts a stream of bytes into frames, each preceded by its length. A frame is a view of the bytes that arrived if they
 * are little else, else a copy: whoever keeps a frame, keeps at most twice its size.
 *
 * ```ts
 * const splitter = new FrameSplitter(64 << 20, (frame) => …)
 * socket.on('data', (chunk) => splitter.push(chunk))
 * ```
 */
export class FrameSplitter {
  /** A longer frame is refused before any of it is kept. Bytes. May be changed between frames. */
  maxFrameBytes: number
  private readonly onFrame: (frame: Uint8Array) => void
  private isStopped = false
  /** The length being read, and how many of its bytes are there. */
  private length = 0
  private lengthBytes = 0
  /** The frame being read, once its length is known and it is not all in one piece. */
  private frame: Uint8Array | undefined
  private filled = 0

  constructor(maxFrameBytes: number, onFrame: (frame: Uint8Array) => void) {
    this.maxFrameBytes = maxFrameBytes
    this.onFrame = onFrame
  }

  /**
   * Takes in what arrived, and gives every frame that it completes. Takes the bytes over.
   *
   * @throws QuorateError `DECODE` for a frame that is too long. The stream is of no use after that.
   */
  push(chunk: Uint8Array): void {
    let at = 0
    while (at < chunk.length && !this.isStopped) {
      at = this.lengthBytes < frameLengthBytes ? this.readLength(chunk, at) : this.readFrame(chunk, at)
    }
  }

  /** Gives no frame from here on, not even of what was taken in already. */
  stop(): void {
    this.isStopped = true
    this.frame = undefined
  }

  private readLength(chunk: Uint8Array, start: number): number {
    let at = start
    while (at < chunk.length && this.lengthBytes < frameLengthBytes) {
      this.length += chunk[at]! * 2 ** (8 * this.lengthBytes)
      this.lengthBytes += 1
      at += 1
    }
    if (this.lengthBytes < frameLengthBytes) return at
    if (this.length > this.maxFrameBytes) {
      throw new QuorateError(
        'DECODE',
        `a frame of ${this.length} bytes; at most ${this.maxFrameBytes} are allowed`,
      )
    }
    if (this.length === 0) this.finish(new Uint8Array(0))
    return at
  }

  private readFrame(chunk: Uint8Array, at: number): number {
    const end = Math.min(chunk.length, at + this.length - this.filled)
    if (this.frame === undefined && end - at === this.length) {
      this.finish(ownBytes(chunk, at, end))
      return end
    }
    this.frame ??= new Uint8Array(this.length)
    this.frame.set(chunk.subarray(at, end), this.filled)
    this.filled += end - at
    if (this.filled === this.length) this.finish(this.frame)
    return end
  }

  private finish(frame: Uint8Array): void {
    this.length = 0
    this.lengthBytes = 0
    this.frame = undefined
    this.filled = 0
    this.onFrame(frame)
  }
}

/** Those bytes as a view if they are at least half of what the view would keep alive, else as a copy. */
function ownBytes(chunk: Uint8Array, from: number, to: number): Uint8Array {
  if ((to - from) * 2 >= chunk.buffer.byteLength)
    return new Uint8Array(chunk.buffer, chunk.byteOffset + from, to - from)
  // Not `slice`: a Buffer's shares its memory.
  return new Uint8Array(chunk.subarray(from, to))
}
