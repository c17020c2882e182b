import type { Random } from '../random/random.ts'

/** How links behave. Durations in milliseconds, rates as probabilities. */
export interface NetworkConditions {
  /** One way, for one frame: at least `minDelay`, exponentially distributed above it. */
  readonly minDelay: number
  readonly meanDelay: number
  /** From two ends being able to reach each other to a session between them. */
  readonly connectDelay: number
  /** From the end of a session to the moment at which an end is told. */
  readonly noticeDelay: number
  /** How long a session that carries nothing any more lasts until somebody notices. */
  readonly keepalive: number
  /** Frames that a path holds; then its sender is told that it is full. */
  readonly capacity: number
  /** Of each frame, on links of kind `any`. */
  readonly loss: number
  readonly duplicate: number
  readonly reorder: number
}

/** A network without faults of its own. */
export const calmNetwork: NetworkConditions = {
  minDelay: 0.1,
  meanDelay: 0.5,
  connectDelay: 5,
  noticeDelay: 1,
  keepalive: 1000,
  capacity: 10_000,
  loss: 0,
  duplicate: 0,
  reorder: 0,
}

/** Draws conditions: from one rack to across an ocean. `allows` says which kinds of loss there may be. */
export function drawNetwork(
  random: Random,
  allows: (kind: 'loss' | 'duplicate' | 'reorder') => boolean,
): NetworkConditions {
  const minDelay = random.magnitude(0.05, 10)
  return {
    minDelay,
    meanDelay: minDelay + random.magnitude(0.05, 20),
    connectDelay: random.magnitude(1, 100),
    noticeDelay: random.magnitude(0.1, 100),
    keepalive: random.magnitude(100, 5000),
    capacity: random.chance(0.1) ? random.integer(8, 64) : 10_000,
    loss: allows('loss') ? random.magnitude(0.001, 0.25) : 0,
    duplicate: allows('duplicate') ? random.magnitude(0.001, 0.3) : 0,
    reorder: allows('reorder') ? random.magnitude(0.001, 0.3) : 0,
  }
}
