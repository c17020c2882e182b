import { QuorateError } from '@quorate/core'
import type { SearchProgress } from '../model/model-report.ts'

/** How to search a model. */
export interface SearchOptions {
  /**
   * - `bfs`, breadth-first: finds shortest paths, and knows what depth it has covered completely.
   * - `dfs`, depth-first: keeps only the path that it is on, so its memory is the visited set alone.
   *
   * Default: `bfs`.
   */
  readonly order?: 'bfs' | 'dfs'
  /** Steps from an initial state beyond which nothing is looked at. Default: no bound. With `dfs` at most 254. */
  readonly depth?: number
  /** Different states after which the search gives up. Default: no bound. */
  readonly maxStates?: number
  /** Bytes of memory, as far as it is known, after which the search gives up. Default: no bound. */
  readonly maxMemory?: number
  /** Use the model's `representative`? Default: false. */
  readonly symmetry?: boolean
  /** Go on behind a violation, to look at the rest of the scope? Default: false. */
  readonly keepGoing?: boolean
  /** Called now and then. */
  readonly onProgress?: (progress: SearchProgress) => void
  /** How many expanded states lie between two calls of `onProgress`. Default: 10,000. */
  readonly progressEvery?: number
}

/** The largest depth bound of a depth-first search: a state's depth is kept in one byte. */
export const deepestBound = 254

/** Options that cannot work are a `QuorateError` with code `USAGE`. */
export function checkSearchOptions(options: SearchOptions): void {
  const { order, depth, maxStates, maxMemory } = options
  if (order !== undefined && order !== 'bfs' && order !== 'dfs') {
    throw new QuorateError('USAGE', `explore: order is ${String(order)}, expected bfs or dfs`)
  }
  if (depth !== undefined && !(Number.isInteger(depth) && depth >= 0)) {
    throw new QuorateError('USAGE', `explore: depth is ${depth}, expected a whole number of steps, 0 or more`)
  }
  if (order === 'dfs' && depth !== undefined && depth > deepestBound) {
    throw new QuorateError(
      'USAGE',
      `explore: dfs bounds the depth to at most ${deepestBound}; leave it out for no bound`,
    )
  }
  for (const [name, value] of Object.entries({ maxStates, maxMemory })) {
    if (value !== undefined && !(value > 0))
      throw new QuorateError('USAGE', `explore: ${name} must be above 0`)
  }
}
