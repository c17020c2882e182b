import type { NodeId } from '@quorate/core'

/**
 * Where an event comes from.
 * - `turn`: the end of a replica's turn.
 * - `timer`: a replica's timer.
 * - `frame`: bytes arrive.
 * - `link`: a session begins or ends.
 * - `disk`: a write, sync or read completes.
 * - `client`: a client makes its next call.
 * - `fault`: something is broken or mended.
 * - `control`: the run itself: starts, phases, probes.
 */
export const eventKinds = ['turn', 'timer', 'frame', 'link', 'disk', 'client', 'fault', 'control'] as const

export type EventKind = (typeof eventKinds)[number]

/** Whose event it is: one life of a process. */
export interface EventOwner {
  readonly node: NodeId
  /** False after a crash: its events do not happen any more. */
  alive: boolean
  /** Set while the process is paused: what would have happened meanwhile, in order. */
  deferred: SimEvent[] | undefined
}

/** One thing that will happen at a moment of virtual time. */
export interface SimEvent {
  /** Microseconds since the start. */
  time: number
  sequence: number
  readonly kind: EventKind
  /** Undefined: it is nobody's, and happens in any case. */
  readonly owner: EventOwner | undefined
  /** Goes into the trace hash: a hash of what the event carries. */
  readonly payload: number
  readonly run: () => void
  cancelled: boolean
}
