import { QuorateError } from '../errors.ts'

/** Reads what a `ByteWriter` wrote. Every read checks its bounds: bad bytes are a `QuorateError` with code `DECODE`. */
export class ByteReader {
  readonly bytes: Uint8Array
  private readonly view: DataView
  private readonly what: string
  position: number

  /** `what` names the thing being read, for error messages. */
  constructor(bytes: Uint8Array, what: string, position = 0) {
    this.bytes = bytes
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.what = what
    this.position = position
  }

  get remaining(): number {
    return this.bytes.length - this.position
  }

  u8(): number {
    return this.view.getUint8(this.advance(1))
  }

  u32(): number {
    return this.view.getUint32(this.advance(4), true)
  }

  /** A safe integer in 8 bytes. */
  u64(): number {
    const at = this.advance(8)
    const value = this.view.getUint32(at, true) + this.view.getUint32(at + 4, true) * 0x1_0000_0000
    if (!Number.isSafeInteger(value)) this.fail(`a number above 2^53 at byte ${at}`)
    return value
  }

  f64(): number {
    return this.view.getFloat64(this.advance(8), true)
  }

  /** A view of the next `length` bytes. */
  raw(length: number): Uint8Array {
    const at = this.advance(length)
    return this.bytes.subarray(at, at + length)
  }

  /** Checks that nothing is left over. */
  end(): void {
    if (this.remaining !== 0) this.fail(`${this.remaining} bytes too many`)
  }

  fail(problem: string): never {
    throw new QuorateError('DECODE', `cannot decode ${this.what}: ${problem}`)
  }

  private advance(count: number): number {
    const at = this.position
    if (count < 0 || count > this.bytes.length - at)
      this.fail(`it ends at byte ${this.bytes.length}, ${count} more wanted at ${at}`)
    this.position = at + count
    return at
  }
}
