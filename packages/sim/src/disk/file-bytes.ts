const nothing = new Uint8Array(0)

/** The bytes of a file, which grow as needed. What a file gains without being written is zero. */
export class FileBytes {
  size = 0
  private buffer: Uint8Array = nothing

  /** A copy of `length` bytes from `offset` on; fewer at the end. */
  read(offset: number, length: number): Uint8Array {
    return this.buffer.slice(offset, Math.min(this.size, offset + length))
  }

  at(offset: number): number {
    return this.buffer[offset] ?? 0
  }

  put(offset: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return
    if (offset + bytes.length > this.size) this.resize(offset + bytes.length)
    this.buffer.set(bytes, offset)
  }

  resize(size: number): void {
    if (size > this.buffer.length) {
      const grown = new Uint8Array(Math.max(size, this.buffer.length * 2))
      grown.set(this.buffer.subarray(0, this.size))
      this.buffer = grown
    } else if (size < this.size) {
      this.buffer.fill(0, size, this.size)
    }
    this.size = size
  }

  /** Becomes equal to another. */
  copyFrom(other: FileBytes): void {
    this.buffer = other.buffer.slice(0, other.size)
    this.size = other.size
  }

  /** Where the last byte lies that is not zero; -1 if there is none. */
  get lastUsed(): number {
    let offset = this.size - 1
    while (offset >= 0 && this.buffer[offset] === 0) offset--
    return offset
  }
}
