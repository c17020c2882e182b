import { PlainDigest } from './plain-digest.ts'

/** Numbers plain values, equal ones equally, from 0. What a state is made of is kept here once and named by its number. */
export class ComponentTable<T> {
  private readonly numbers = new Map<string, number>()
  private readonly values: T[] = []
  private readonly digest = new PlainDigest()

  get size(): number {
    return this.values.length
  }

  /** The number of `value`. It is taken over and must not be changed any more. */
  intern(value: T): number {
    const key = this.digest.digest(value)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    const number = this.values.length
    this.values.push(value)
    this.numbers.set(key, number)
    return number
  }

  get(number: number): T {
    return this.values[number]!
  }
}
