/** Writes numbers and bytes, little endian, into a buffer that grows. Reusable: `reset` keeps the buffer. */
export class ByteWriter {
  private buffer: Uint8Array
  private view: DataView
  private position = 0

  constructor(capacity = 256) {
    this.buffer = new Uint8Array(capacity)
    this.view = new DataView(this.buffer.buffer)
  }

  get length(): number {
    return this.position
  }

  /** The buffer behind it, which stays the same as long as no more is written than it holds. */
  get whole(): Uint8Array {
    return this.buffer
  }

  reset(): void {
    this.position = 0
  }

  u8(value: number): this {
    this.reserve(1)
    this.view.setUint8(this.position, value)
    this.position += 1
    return this
  }

  u32(value: number): this {
    this.reserve(4)
    this.view.setUint32(this.position, value, true)
    this.position += 4
    return this
  }

  /** A safe integer, not negative, in 8 bytes. */
  u64(value: number): this {
    this.reserve(8)
    this.view.setUint32(this.position, value >>> 0, true)
    this.view.setUint32(this.position + 4, Math.floor(value / 0x1_0000_0000), true)
    this.position += 8
    return this
  }

  f64(value: number): this {
    this.reserve(8)
    this.view.setFloat64(this.position, value, true)
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
    this.view.setUint32(position, value, true)
  }

  /** What was written, as a view that the next write or reset may change. */
  written(): Uint8Array {
    return this.buffer.subarray(0, this.position)
  }

  /** What was written, as a copy. */
  copy(): Uint8Array {
    return this.buffer.slice(0, this.position)
  }

  private reserve(count: number): void {
    const needed = this.position + count
    if (needed <= this.buffer.length) return
    const grown = new Uint8Array(Math.max(needed, this.buffer.length * 2))
    grown.set(this.buffer.subarray(0, this.position))
    this.buffer = grown
    this.view = new DataView(grown.buffer)
  }
}
