import type { LogIndex, NodeId } from '@quorate/core'

/**
 * A leader's view of one member: which slots it has accepted in this ballot. PMMC gives each slot a commander of its
 * own that waits for answers; here one record for each member does the work of all commanders. Plain data.
 */
export interface Progress {
  node: NodeId
  /** It has accepted every slot from the ballot's start up to here, durably. */
  match: LogIndex
  /** And these above. */
  extra: Set<LogIndex>
  /** The next slot to send. */
  next: LogIndex
  /** Accepts under way, oldest first: the last slot of each. */
  inflight: { readonly to: LogIndex; readonly bytes: number }[]
  inflightBytes: number
  /** It knows every slot up to here to be chosen. */
  chosen: LogIndex
  /** The newest beat of the leader that it has answered. */
  beat: number
  /** Heartbeat timeouts since it last answered a new beat. */
  quiet: number
  /** A beat not answered yet: when it left, every slot below `markNext` had been sent. 0: none. */
  markBeat: number
  markNext: LogIndex
}

export function createProgress(node: NodeId, match: LogIndex, next: LogIndex): Progress {
  return {
    node,
    match,
    extra: new Set(),
    next,
    inflight: [],
    inflightBytes: 0,
    chosen: 0,
    beat: 0,
    quiet: 0,
    markBeat: 0,
    markNext: 0,
  }
}

/** Notes an Accept on its way. */
export function advanceNext(progress: Progress, to: LogIndex, bytes: number): void {
  progress.next = to + 1
  progress.inflight.push({ to, bytes })
  progress.inflightBytes += bytes
}

/** Sends again from `slot` on: what was under way was lost, or may have been. */
export function rewind(progress: Progress, slot: LogIndex): void {
  progress.next = Math.max(slot, progress.match + 1)
  progress.inflight.length = 0
  progress.inflightBytes = 0
  progress.markBeat = 0
}

/** Notes that the member has accepted every slot up to `to`. Gives whether that is news. */
export function advanceMatch(progress: Progress, to: LogIndex): boolean {
  if (to <= progress.match) return false
  progress.match = to
  const { extra, inflight } = progress
  if (extra.size > 0) {
    for (const slot of extra) if (slot <= progress.match) extra.delete(slot)
    while (extra.delete(progress.match + 1)) progress.match += 1
  }
  while (inflight.length > 0 && inflight[0]!.to <= progress.match) {
    progress.inflightBytes -= inflight.shift()!.bytes
  }
  if (progress.next <= progress.match) progress.next = progress.match + 1
  return true
}

/** Notes that the member has accepted `first … last`, and says nothing of the slots below. */
export function advanceExtra(progress: Progress, first: LogIndex, last: LogIndex): boolean {
  if (first <= progress.match + 1) return advanceMatch(progress, last)
  const before = progress.extra.size
  for (let slot = first; slot <= last; slot++) progress.extra.add(slot)
  const left = progress.inflight.filter(({ to }) => to < first || to > last)
  if (left.length < progress.inflight.length) {
    progress.inflight = left
    progress.inflightBytes = left.reduce((sum, { bytes }) => sum + bytes, 0)
  }
  return progress.extra.size > before
}

/** Has the member accepted this slot? */
export function hasAccepted({ match, extra }: Progress, slot: LogIndex): boolean {
  return slot <= match || extra.has(slot)
}

/** Notes an answer to a beat, of `begun` so far: only a beat never answered before shows that the member is there now. */
export function advanceBeat(progress: Progress, beat: number, begun: number): boolean {
  if (beat <= progress.beat || beat > begun) return false
  progress.beat = beat
  progress.quiet = 0
  return true
}
