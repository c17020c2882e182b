/** Bytes of a page. */
const pageBytes = 1 << 16

const nothing = new Uint8Array(0)

/** What a change takes the place of: with it, the change can be undone. */
export interface Overwritten {
  /** Of the file. */
  readonly size: number
  /** From the change's offset on, as far as the file went. */
  readonly bytes: Uint8Array
}

/**
 * The bytes of a file, in pages that are made when they are first written to: a file grows without being copied. What
 * a file gains without being written is zero.
 */
export class FileBytes {
  size = 0
  /** A page that is missing is zero, and so is all of a page that lies behind the file's end. */
  private pages: (Uint8Array | undefined)[] = []

  /** A copy of `length` bytes from `offset` on; fewer at the end. */
  read(offset: number, length: number): Uint8Array {
    const end = Math.min(this.size, offset + length)
    const bytes = new Uint8Array(Math.max(0, end - offset))
    for (let at = offset; at < end;) {
      const from = at % pageBytes
      const count = Math.min(pageBytes - from, end - at)
      const page = this.pages[(at - from) / pageBytes]
      if (page !== undefined) bytes.set(page.subarray(from, from + count), at - offset)
      at += count
    }
    return bytes
  }

  at(offset: number): number {
    return this.pages[Math.floor(offset / pageBytes)]?.[offset % pageBytes] ?? 0
  }

  put(offset: number, bytes: Uint8Array): void {
    const { length } = bytes
    if (length === 0) return
    if (offset + length > this.size) this.size = offset + length
    const from = offset % pageBytes
    if (from + length <= pageBytes) this.page((offset - from) / pageBytes).set(bytes, from)
    else this.putPages(offset, bytes)
  }

  resize(size: number): void {
    const end = this.size
    this.size = size
    if (size >= end) return
    const from = size % pageBytes
    const last = (size - from) / pageBytes
    if (from > 0) this.pages[last]?.fill(0, from)
    this.pages.length = Math.min(this.pages.length, from > 0 ? last + 1 : last)
  }

  /** What a change of `length` bytes at `offset` will take the place of. */
  before(offset: number, length: number): Overwritten {
    const { size } = this
    return { size, bytes: offset < size ? this.read(offset, length) : nothing }
  }

  /** Undoes the last change that was not undone. */
  undo(offset: number, { size, bytes }: Overwritten): void {
    this.resize(size)
    this.put(offset, bytes)
  }

  /** Becomes equal to another. */
  copyFrom(other: FileBytes): void {
    this.pages = other.pages.map((page) => page?.slice())
    this.size = other.size
  }

  /** Where the last byte lies that is not zero; -1 if there is none. */
  get lastUsed(): number {
    for (let number = this.pages.length - 1; number >= 0; number--) {
      const within = this.pages[number]?.findLastIndex((byte) => byte !== 0) ?? -1
      if (within >= 0) return number * pageBytes + within
    }
    return -1
  }

  private putPages(offset: number, bytes: Uint8Array): void {
    for (let done = 0; done < bytes.length;) {
      const from = (offset + done) % pageBytes
      const count = Math.min(pageBytes - from, bytes.length - done)
      this.page((offset + done - from) / pageBytes).set(bytes.subarray(done, done + count), from)
      done += count
    }
  }

  private page(number: number): Uint8Array {
    while (this.pages.length <= number) this.pages.push(undefined)
    return (this.pages[number] ??= new Uint8Array(pageBytes))
  }
}
