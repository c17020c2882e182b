import type { Instant } from '../engine/input.ts'

/** A running timer. */
export interface TimerHandle {
  cancel(): void
}

/**
 * All time and randomness of a host, handed in: real in production, virtual in the simulator.
 */
export interface Environment {
  now(): Instant
  /** Evenly distributed in [0, 1). */
  random(): number
  /** Calls `run` once, no sooner than `delay` milliseconds from now. */
  setTimer(delay: number, run: () => void): TimerHandle
  /** Calls `run` once, after everything that has already arrived has been taken in: the end of the turn. */
  endOfTurn(run: () => void): void
}
