import type { LogIndex, NodeId } from '@quorate/core'

/**
 * How appends go to one member.
 * - `probe`: where its log matches is not known: one append at a time.
 * - `replicate`: it is known: appends follow each other without waiting.
 * - `snapshot`: what it needs next has been compacted; a snapshot is on its way.
 */
export type ProgressPhase = 'probe' | 'replicate' | 'snapshot'

/** A leader's view of one member. Figure 2: `nextIndex[]` and `matchIndex[]`. Plain data. */
export interface Progress {
  node: NodeId
  /** Is it, or is it to be, a voter without commands? */
  readonly witness: boolean
  phase: ProgressPhase
  /** Figure 2: `matchIndex`: its log is known to be equal and durable up to here. */
  match: LogIndex
  /** Figure 2: `nextIndex`: the next entry to send. */
  next: LogIndex
  /**
   * Names this unbroken stream of appends; answers to another one say nothing about it. A new one begins whenever
   * what is under way no longer counts: after a mismatch, a broken link, a lost append, a removal.
   */
  session: number
  /** `match` when the session began: the member had this on disk before it saw anything of the session. */
  sessionMatch: LogIndex
  /** A probe is under way. */
  paused: boolean
  /** Appends under way, oldest first. */
  inflight: { readonly index: LogIndex; readonly bytes: number }[]
  inflightBytes: number
  /** The newest round of the leader that it has answered. */
  round: number
  /** Heartbeat timeouts since it last answered a new round. */
  quiet: number
  /** A heartbeat not answered yet: when it left, everything below `markNext` had been sent. 0: none. */
  markRound: number
  markNext: LogIndex
  /** What it has last been told to be committed. Only with `eagerCommit`. */
  told: LogIndex
  /** The snapshot on its way, or a later one. */
  pendingSnapshot: LogIndex
}

export function createProgress(node: NodeId, next: LogIndex, session: number, witness: boolean): Progress {
  return {
    node,
    witness,
    phase: 'probe',
    match: 0,
    next,
    session,
    sessionMatch: 0,
    paused: false,
    inflight: [],
    inflightBytes: 0,
    round: 0,
    quiet: 0,
    markRound: 0,
    markNext: 0,
    told: 0,
    pendingSnapshot: 0,
  }
}

/** Starts over from `next` with a single append, in a session of its own. */
export function becomeProbe(progress: Progress, next: LogIndex, session: number): void {
  progress.phase = 'probe'
  progress.next = Math.max(next, progress.match + 1)
  progress.session = session
  progress.sessionMatch = progress.match
  progress.paused = false
  progress.pendingSnapshot = 0
  forgetInflight(progress)
}

/** The logs are known to be equal below `next`: appends may follow each other from there. */
export function becomeReplicate(progress: Progress, next: LogIndex): void {
  progress.phase = 'replicate'
  progress.next = Math.max(next, progress.match + 1)
  progress.paused = false
  progress.pendingSnapshot = 0
  forgetInflight(progress)
}

/** Waits for a snapshot at `index` or later, in a session of its own. */
export function becomeSnapshot(progress: Progress, index: LogIndex, session: number): void {
  progress.phase = 'snapshot'
  progress.session = session
  progress.sessionMatch = progress.match
  progress.paused = false
  progress.pendingSnapshot = index
  forgetInflight(progress)
}

function forgetInflight(progress: Progress): void {
  progress.inflight.length = 0
  progress.inflightBytes = 0
  progress.markRound = 0
}

/** Notes an append that ends with `index`, on its way while the member replicates. */
export function advanceNext(progress: Progress, index: LogIndex, bytes: number): void {
  progress.next = index + 1
  progress.inflight.push({ index, bytes })
  progress.inflightBytes += bytes
}

/** Notes that the member's log is equal and durable up to `index`. Gives whether that is news. */
export function advanceMatch(progress: Progress, index: LogIndex): boolean {
  const { inflight } = progress
  while (inflight.length > 0 && inflight[0]!.index <= index) progress.inflightBytes -= inflight.shift()!.bytes
  if (index <= progress.match) return false
  progress.match = index
  if (progress.next <= index) progress.next = index + 1
  return true
}

/** Notes an answer to `round`, of `begun` so far: only a round never answered before shows that the member is there now. */
export function advanceRound(progress: Progress, round: number, begun: number): boolean {
  if (round <= progress.round || round > begun) return false
  progress.round = round
  progress.quiet = 0
  return true
}
