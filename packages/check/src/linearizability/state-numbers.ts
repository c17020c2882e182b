import type { Model } from '../models/model.ts'

/**
 * Numbers for states: equal states have the same number, so that configurations compare as plain integers.
 */
export class StateNumbers<State> {
  private readonly model: Pick<Model<State, unknown, unknown>, 'equal' | 'hash'>
  private readonly states: State[] = []
  private readonly byHash = new Map<number, number[]>()

  constructor(model: Pick<Model<State, unknown, unknown>, 'equal' | 'hash'>) {
    this.model = model
  }

  numberOf(state: State): number {
    const hash = this.model.hash(state)
    const bucket = this.byHash.get(hash)
    if (bucket === undefined) {
      this.byHash.set(hash, [this.states.length])
    } else {
      for (const number of bucket) if (this.model.equal(this.states[number]!, state)) return number
      bucket.push(this.states.length)
    }
    return this.states.push(state) - 1
  }
}
