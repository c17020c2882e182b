import type { PropertyKind } from './state-model.ts'

/**
 * - `holds`: the whole scope was searched.
 * - `violated`: there is a path that shows it, or, for a `sometimes` property, the whole scope was searched in vain.
 * - `unknown`: a budget ended the search first.
 */
export type ExploreVerdict = 'holds' | 'violated' | 'unknown'

/** Why a search ended. */
export type SearchEnd = 'exhausted' | 'violation' | 'depth' | 'maxStates' | 'maxMemory' | 'under way'

/** A way through a model: from an initial state, action by action, each with the state that it leads to. */
export interface Path<State, Action> {
  readonly initial: State
  readonly steps: readonly { readonly action: Action; readonly state: State }[]
}

export interface PropertyReport<State, Action> {
  readonly name: string
  readonly kind: PropertyKind
  readonly verdict: ExploreVerdict
  /** What is wrong, in words. */
  readonly message: string | undefined
  /** A violation, or the witness of a `sometimes` property. Breadth-first: as short as any. */
  readonly path: Path<State, Action> | undefined
}

/** How far a search has come. */
export interface SearchProgress {
  /** Different states found. */
  readonly distinct: number
  /** States generated, repeats included. */
  readonly generated: number
  /** The most steps that any state found is away from an initial one, on the path on which it was found. */
  readonly depth: number
  /** Every state that can be reached in so many steps has been found and checked. */
  readonly covered: number
  /** States found and not expanded yet. */
  readonly waiting: number
  /** Memory of the states visited, and of those that wait if it is known. */
  readonly bytes: number
}

export interface ModelReport<State, Action> extends SearchProgress {
  /** `violated` if any property is, else `unknown` if any is, else `holds`. */
  readonly verdict: ExploreVerdict
  readonly end: SearchEnd
  readonly properties: readonly PropertyReport<State, Action>[]
  /** Memory for each visited state: fingerprint, index and parent. */
  readonly bytesPerState: number
  /** The most memory that waiting states took, as far as it is known. */
  readonly peakWaitingBytes: number
  /**
   * The chance that two of the states visited had one fingerprint, so that one of them, and what only it leads to, was
   * left out: n² / 2^65.
   */
  readonly collisionRisk: number
}

/** The chance that among `states` random fingerprints of 64 bits two are equal. */
export function collisionRisk(states: number): number {
  return (states * states) / 2 ** 65
}
