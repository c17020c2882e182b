import type { Move } from '@quorate/sim'
import type { PlaySetup } from '../run/play.ts'
import { type MovesRun, playMoves } from './play-moves.ts'

/** What shrinking came to. */
export interface ShrunkMoves {
  readonly moves: readonly Move[]
  /** How many runs it took. */
  readonly runs: number
  /** Not one move can be left out. False: the budget ended first. */
  readonly isMinimal: boolean
}

/**
 * Leaves out moves as long as `stillFails` says so, most at once first: delta debugging (Zeller and Hildebrandt, 2002).
 * The moves that remain all apply. Takes at most `budget` runs.
 */
export function shrinkMoves(
  setup: PlaySetup,
  moves: readonly Move[],
  stillFails: (run: MovesRun) => boolean,
  budget = 2_000,
): ShrunkMoves {
  let runs = 0
  const attempt = (candidate: readonly Move[]): readonly Move[] | undefined => {
    runs += 1
    const run = playMoves(setup, candidate)
    return stillFails(run) ? run.moves : undefined
  }
  let best = attempt(moves)
  if (best === undefined) return { moves, runs, isMinimal: false }
  let size = Math.ceil(best.length / 2)
  while (size >= 1 && runs < budget) {
    const shorter = withoutAny(best, size, (candidate) => (runs < budget ? attempt(candidate) : undefined))
    // One that was needed before may have become superfluous.
    if (shorter !== undefined) best = shorter
    else if (size === 1) return { moves: best, runs, isMinimal: runs < budget }
    else size = Math.ceil(size / 2)
    size = Math.min(size, Math.max(1, best.length))
  }
  return { moves: best, runs, isMinimal: false }
}

/** Goes through the list from its end, and leaves out each stretch of `size` that can be; undefined if none can. */
function withoutAny(
  moves: readonly Move[],
  size: number,
  attempt: (candidate: readonly Move[]) => readonly Move[] | undefined,
): readonly Move[] | undefined {
  let best = moves
  for (let end = best.length; end > 0; end = Math.min(end - size, best.length)) {
    const start = Math.max(0, end - size)
    best = attempt([...best.slice(0, start), ...best.slice(end)]) ?? best
  }
  return best.length < moves.length ? best : undefined
}
