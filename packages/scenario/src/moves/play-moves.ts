import type { NodeId } from '@quorate/core'
import type { Move, Violation } from '@quorate/sim'
import { Play, type PlaySetup } from '../run/play.ts'
import type { RunEvent } from '../run/run-event.ts'

/** What came of a list of moves. */
export interface MovesRun {
  /** Those that applied, in order; the others changed nothing. */
  readonly moves: readonly Move[]
  readonly violations: readonly Violation[]
  readonly nodes: readonly NodeId[]
  /** An event's `step` is the position of its move in `moves`. */
  readonly events: readonly RunEvent[]
}

/**
 * Plays moves, of a scenario or of a model checker, on a fresh cluster: all nodes run, and a write completes by a
 * `persist` alone. A move that does not apply is passed over.
 */
export function playMoves(setup: PlaySetup, moves: readonly Move[]): MovesRun {
  const play = new Play(setup)
  for (const node of play.nodes) play.paused.add(node)
  for (const move of moves) {
    play.recorder.step = play.moves.length
    play.make(move)
  }
  const { violations, events } = play.recorder
  return { moves: play.moves, violations, nodes: play.nodes, events }
}
