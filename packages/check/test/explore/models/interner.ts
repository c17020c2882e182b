/** Numbers equal values equally, from 0. Values are plain and have a fixed order of fields. */
export class Interner<T> {
  private readonly ids = new Map<string, number>()
  private readonly values: T[] = []

  idOf(value: T): number {
    const key = JSON.stringify(value)
    const known = this.ids.get(key)
    if (known !== undefined) return known
    this.values.push(value)
    this.ids.set(key, this.values.length - 1)
    return this.values.length - 1
  }

  get(id: number): T {
    return this.values[id]!
  }
}
