import type { Model } from '../models/model.ts'

/**
 * States that are kept beyond those that one order of all operations goes through: those of large objects, such as many
 * registers, take some kilobytes each.
 */
const mostStates = 1 << 19

/**
 * Numbers for states: equal states have the same number, so that configurations compare as plain integers.
 */
export class StateNumbers<State> {
  private readonly model: Pick<Model<State, unknown, unknown>, 'equal' | 'hash'>
  private readonly states: State[] = []
  private readonly byHash = new Map<number, number[]>()
  private readonly most: number

  /** @param operations how many there are: each leads to one state in any one order of them */
  constructor(model: Pick<Model<State, unknown, unknown>, 'equal' | 'hash'>, operations: number) {
    this.model = model
    this.most = operations + mostStates
  }

  /** True when no more may be kept, and the search must give up. */
  get full(): boolean {
    return this.states.length >= this.most
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
