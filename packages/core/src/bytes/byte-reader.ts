import { QuorateError } from '../errors.ts'

/** Reads what a `ByteWriter` wrote. Every read checks its bounds: bad bytes are a `QuorateError` with code `DECODE`. */
export class ByteReader {
  readonly bytes: Uint8Array
  private readonly what: string
  position: number

  /** `what` names the thing being read, for error messages. */
  constructor(bytes: Uint8Array, what: string, position = 0) {
    this.bytes = bytes
    this.what = what
    this.position = position
  }

  get remaining(): number {
    return this.bytes.length - this.position
  }

  u8(): number {
    return this.bytes[this.advance(1)]!
  }

  u32(): number {
    return this.u32At(this.advance(4))
  }

  /** A safe integer in 8 bytes. */
  u64(): number {
    const at = this.advance(8)
    const value = this.u32At(at) + this.u32At(at + 4) * 0x1_0000_0000
    if (!Number.isSafeInteger(value)) this.fail(`a number above 2^53 at byte ${at}`)
    return value
  }

  f64(): number {
    const { bytes } = this
    return new DataView(bytes.buffer, bytes.byteOffset).getFloat64(this.advance(8), true)
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const at = this.advance(length)
    const { bytes } = this
    return new Uint8Array(bytes.buffer, bytes.byteOffset + at, length)
  }

  /** Checks that nothing is left over. */
  end(): void {
    if (this.remaining !== 0) this.fail(`${this.remaining} bytes too many`)
  }

  fail(problem: string): never {
    throw new QuorateError('DECODE', `cannot decode ${this.what}: ${problem}`)
  }

  /** Byte by byte: a view to read through costs more to make than most things that are read. */
  private u32At(at: number): number {
    const { bytes } = this
    return (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0
  }

  private advance(count: number): number {
    const at = this.position
    if (count < 0 || count > this.bytes.length - at)
      this.fail(`it ends at byte ${this.bytes.length}, ${count} more wanted at ${at}`)
    this.position = at + count
    return at
  }
}
