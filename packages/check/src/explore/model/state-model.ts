import type { Fingerprint } from '../store/fingerprint.ts'

/**
 * What a property says of a model's states.
 * - `always`: it holds of every reachable state.
 * - `sometimes`: it holds of some reachable state: shows that a scope is large enough to mean something.
 * - `eventually`: every path that ends, ends having met a state of which it holds. Paths that never end are not judged,
 *   so this finds bugs and proves nothing about cycles.
 */
export type PropertyKind = 'always' | 'sometimes' | 'eventually'

/** One property of a {@link StateModel}. */
export interface Property<State> {
  readonly name: string
  readonly kind: PropertyKind
  holds(state: State): boolean
  /** Says what is wrong with a state of which an `always` property does not hold. */
  explain?(state: State): string
}

/** Keeps states that wait to be expanded as 32-bit integers instead of objects. */
export interface StatePacking<State> {
  pack(state: State, put: (word: number) => void): void
  unpack(words: Int32Array): State
}

/**
 * A system whose states can be enumerated: where it may start, what may happen, and what follows. States and actions are
 * values: nothing that was handed out is changed later. Everything here must be a function of its arguments, so that a
 * path can be walked again.
 */
export interface StateModel<State, Action> {
  initialStates(): readonly State[]
  /** What may happen in `state`, in an order that depends on the state alone. */
  actions(state: State): readonly Action[]
  /** What follows; undefined if the action changes nothing after all. */
  next(state: State, action: Action): State | undefined
  /** Feeds everything that tells `state` apart from other states, the same for equal states. */
  encode(state: State, into: Fingerprint): void
  readonly properties: readonly Property<State>[]
  /** Is `state` within the scope? A state that is not is left out, as if no action led there. Default: all are. */
  isWithin?(state: State): boolean
  /**
   * For symmetry reduction: the same state for all states that are one another's images under the model's symmetries
   * (or at least for many of them: then fewer states are saved, and the answer is right all the same).
   */
  representative?(state: State): State
  readonly packing?: StatePacking<State>
}
