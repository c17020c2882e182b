/**
 * A piece of memory with many values in it, one after another. A byte in it is written once and never again, so a
 * view of a value stays right for as long as anyone holds it.
 */
export class Slab {
  readonly bytes: Uint8Array
  /** Who has had a value here. */
  readonly holders: ValueHolder[] = []
  used = 0
  /** Of `used`: the bytes that are still somebody's value. */
  live = 0

  constructor(size: number) {
    this.bytes = new Uint8Array(size)
  }
}

/** Where a value is: `length` bytes of `slab` from `offset` on. No slab: no value, or one of no bytes. */
export interface ValueHolder {
  slab: Slab | undefined
  offset: number
  readonly length: number
}

const slabBytes = 64 * 1024
/** Larger values get memory of their own: they would leave too much of a slab unused. */
const largestShared = slabBytes / 4

/**
 * Keeps the values of a store. An array of its own for each value would cost a microsecond and two hundred bytes more
 * (an `ArrayBuffer` each, which the collector must trace and free); here a value costs its bytes. A slab that is at
 * least half empty is given up, its remaining values moving to a new one: so at most twice the live bytes are held.
 */
export class ValueArena {
  private current = new Slab(0)

  /** Copies a value of `holder.length` bytes in. */
  keep(holder: ValueHolder, value: Uint8Array): void {
    if (holder.length === 0) return
    const slab = this.withRoomFor(holder.length)
    slab.bytes.set(value, slab.used)
    holder.slab = slab
    holder.offset = slab.used
    slab.used += holder.length
    slab.live += holder.length
    slab.holders.push(holder)
  }

  /** Gives a value up. Views of it stay as they are. */
  free(holder: ValueHolder): void {
    const { slab } = holder
    if (slab === undefined) return
    holder.slab = undefined
    slab.live -= holder.length
    if (slab !== this.current && slab.live > 0 && slab.live * 2 <= slab.used) this.evacuate(slab)
  }

  private withRoomFor(length: number): Slab {
    if (length > largestShared) return new Slab(length)
    if (length > this.current.bytes.length - this.current.used) this.current = new Slab(slabBytes)
    return this.current
  }

  private evacuate(slab: Slab): void {
    for (const holder of slab.holders) {
      if (holder.slab === slab) this.keep(holder, valueOf(holder))
    }
  }
}

const noBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(0)

/** A view of the value. Read it, do not change it. */
export function valueOf(holder: ValueHolder): Uint8Array {
  const { slab, offset, length } = holder
  return slab === undefined ? noBytes : new Uint8Array(slab.bytes.buffer, offset, length)
}
