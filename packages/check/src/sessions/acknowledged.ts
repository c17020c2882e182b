import { firstWhere } from '../history/first-where.ts'
import type { SessionOperation } from './session-operation.ts'

/** What was known to have happened at any moment: of all that had returned, the operation with the highest zxid. */
export class Acknowledged {
  private readonly returns: Float64Array
  private readonly highest: readonly SessionOperation[]

  constructor(operations: readonly SessionOperation[]) {
    const known = operations
      .filter((operation) => operation.zxid !== undefined && operation.return < Infinity)
      .sort((a, b) => a.return - b.return)
    this.returns = Float64Array.from(known, (operation) => operation.return)
    let highest = known[0]
    this.highest = known.map((one) => (highest = one.zxid! > highest!.zxid! ? one : highest!))
  }

  /** The operation with the highest zxid of those that had returned before this time. */
  before(time: number): SessionOperation | undefined {
    return this.highest[firstWhere(this.returns.length, (place) => this.returns[place]! >= time) - 1]
  }
}
