import { encodeCanonical } from '@quorate/core'

/** Numbers equal plain values equally, from 0 in the order in which they are first seen. */
export class Interner<T> {
  private readonly ids = new Map<string, number>()
  private readonly values: T[] = []

  idOf(value: T): number {
    const key = String.fromCharCode(...encodeCanonical(value))
    const known = this.ids.get(key)
    if (known !== undefined) return known
    this.ids.set(key, this.values.length)
    return this.values.push(value) - 1
  }

  get(id: number): T {
    return this.values[id]!
  }
}
