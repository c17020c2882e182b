/** More than this is given away as a copy: a buffer is for many small things. */
const largestShared = 4096

/**
 * Writes numbers and bytes, little endian, into a buffer that grows. Reusable: `reset` keeps the buffer, {@link take}
 * goes on behind what it gave away.
 */
export class ByteWriter {
  private buffer: Uint8Array
  /** Where what is being written begins: all before it was taken. */
  private start = 0
  private position = 0
  private readonly capacity: number

  /** `capacity`: bytes of the first buffer, and at least of each one after it. */
  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity)
    this.capacity = capacity
  }

  get length(): number {
    return this.position - this.start
  }

  reset(): void {
    this.position = this.start
  }

  /** Takes back what was written from `position` on. */
  rewind(position: number): void {
    this.position = this.start + position
  }

  u8(value: number): this {
    this.reserve(1)
    this.buffer[this.position] = value
    this.position += 1
    return this
  }

  u32(value: number): this {
    this.reserve(4)
    this.putU32(this.position, value)
    this.position += 4
    return this
  }

  /** A safe integer, not negative, in 8 bytes. */
  u64(value: number): this {
    this.reserve(8)
    this.putU32(this.position, value)
    this.putU32(this.position + 4, Math.floor(value / 0x1_0000_0000))
    this.position += 8
    return this
  }

  f64(value: number): this {
    this.reserve(8)
    new DataView(this.buffer.buffer).setFloat64(this.position, value, true)
    this.position += 8
    return this
  }

  /** The bytes alone; write their length before them. */
  raw(bytes: Uint8Array): this {
    this.reserve(bytes.length)
    this.buffer.set(bytes, this.position)
    this.position += bytes.length
    return this
  }

  /** Overwrites 4 bytes written earlier: for lengths that are known only afterwards. */
  setU32(position: number, value: number): void {
    this.putU32(this.start + position, value)
  }

  /** What was written, as a view that the next write or reset may change. */
  written(): Uint8Array {
    return new Uint8Array(this.buffer.buffer, this.start, this.length)
  }

  /** What was written, as a copy. */
  copy(): Uint8Array {
    return this.buffer.slice(this.start, this.position)
  }

  /**
   * What was written, given away: it stays as it is, and the writer is empty. What is small costs neither a copy nor
   * memory of its own, which is dearer than the copy; but who holds any of it holds the buffer that it shares.
   */
  take(): Uint8Array {
    const isShared = this.length <= largestShared
    const bytes = isShared ? this.written() : this.copy()
    if (isShared) this.start = this.position
    this.position = this.start
    return bytes
  }

  private putU32(at: number, value: number): void {
    const { buffer } = this
    const word = value | 0
    buffer[at] = word
    buffer[at + 1] = word >> 8
    buffer[at + 2] = word >> 16
    buffer[at + 3] = word >> 24
  }

  private reserve(count: number): void {
    if (this.position + count > this.buffer.length) this.grow(this.length + count)
  }

  /** Goes on in another buffer, with what has been written and not taken. */
  private grow(needed: number): void {
    const size = needed <= this.capacity ? this.capacity : Math.max(needed, this.length * 2)
    const grown = new Uint8Array(size)
    grown.set(this.buffer.subarray(this.start, this.position))
    this.position -= this.start
    this.start = 0
    this.buffer = grown
  }
}
