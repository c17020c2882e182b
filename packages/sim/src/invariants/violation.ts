import type { MonitorInvariant, NodeId } from '@quorate/core'

/**
 * What must hold at every moment of every run.
 * - `agreement`: an index holds the same entry at whoever applies it.
 * - `apply-order`: a replica applies every index, each once, in order.
 * - `state-digest`: machines that stand at the same index have the same digest.
 * - `integrity`: what is applied was proposed, and nothing is applied at two indexes.
 * - `election-safety`: an epoch has at most one established leader, over the whole history. Not where slots are accepted
 *   one by one: there replicas lead ballots, and those of several share a round.
 * - `leader-completeness`: a leader's log holds everything that was decided before its epoch.
 * - `commit-monotone`: a replica's commit index does not go back while it runs.
 * - `index-order`: applied ≤ committed ≤ last, and durable ≤ last.
 * - `one-answer`: a request gets one answer.
 * - `acknowledged-decided`: what is acknowledged is in the decided log, at that index.
 * - `definitely-not`: what was refused for good is never applied.
 * - `fresh-reads`: a read reflects everything that was acknowledged or read before it was made.
 * - `session-order`: a sequential read reflects at least what that replica has shown to its client in this life.
 * - `durability`: what was decided is there after the whole cluster has lost power.
 * - `answered`: no request stays without an answer.
 * - `liveness`: when nothing is broken any more, a write is committed and applied everywhere, in bounded time.
 * - `assertion`: a replica found itself broken and stopped.
 * - `damage-detected`: a log store gives back what it said was durable, or refuses to open. It never passes damage off
 *   as what was written, and never cuts it off.
 * - `recovery`: a replica can start from what a crash has left.
 * - `refinement`: what engines do are legal steps of one abstract replicated log; the context has the rule and the step.
 * - `engine`: the engine's own checks, handed in by the caller.
 *
 * Besides, there are those of the engine's monitor, which have names of their own.
 */
export const invariantNames = [
  'agreement',
  'apply-order',
  'state-digest',
  'integrity',
  'election-safety',
  'leader-completeness',
  'commit-monotone',
  'index-order',
  'one-answer',
  'acknowledged-decided',
  'definitely-not',
  'fresh-reads',
  'session-order',
  'durability',
  'answered',
  'liveness',
  'assertion',
  'damage-detected',
  'recovery',
  'refinement',
  'engine',
] as const

export type InvariantName = (typeof invariantNames)[number]

/** What can be broken: something that must hold whatever the protocol, or an invariant of the engine's monitor. */
export type ViolationName = InvariantName | MonitorInvariant

/** A broken invariant, and what is needed to understand it. */
export interface Violation {
  readonly invariant: ViolationName
  readonly message: string
  /** The replica at which it showed, if it is one. */
  readonly node: NodeId | undefined
  readonly context: Readonly<Record<string, unknown>>
}

/** Takes violations in. The first one ends the run. */
export type Blame = (violation: Violation) => void
