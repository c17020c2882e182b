import type { LogIndex, NodeId } from '@quorate/core'

/**
 * What makes a step of the abstract log illegal.
 * - `one-sequencer`: a round has one sequencer.
 * - `one-proposal`: a round proposes one value for a slot.
 * - `safe-proposal`: a round proposes nothing else than what earlier rounds have chosen, and leaves nothing of it out.
 * - `accept-proposed`: a replica accepts in a round only what that round's sequencer proposed.
 * - `one-choice`: what is chosen for a slot never changes.
 * - `keep-chosen`: no replica drops or overwrites a chosen entry that it holds.
 * - `learn-chosen`: a replica learns (applies) only what is chosen.
 * - `learn-in-order`: it learns every slot, each once, in order.
 * - `snapshot-chosen`: a snapshot holds nothing but what is chosen.
 */
export const refinementRules = [
  'one-sequencer',
  'one-proposal',
  'safe-proposal',
  'accept-proposed',
  'one-choice',
  'keep-chosen',
  'learn-chosen',
  'learn-in-order',
  'snapshot-chosen',
] as const

export type RefinementRule = (typeof refinementRules)[number]

/**
 * A step of the abstract replicated log: what all protocols do, whatever their messages. Everything else is a stutter.
 * A round is Raft's term, Zab's epoch, the number of a Paxos ballot.
 */
export type AbstractStep =
  /** `by` becomes the sequencer of the round. */
  | { readonly type: 'start'; readonly round: number; readonly by: NodeId }
  | { readonly type: 'propose'; readonly round: number; readonly by: NodeId; readonly slot: LogIndex }
  | { readonly type: 'accept'; readonly round: number; readonly replica: NodeId; readonly slot: LogIndex }
  /** A quorum holds it durably, accepted in that round. */
  | { readonly type: 'choose'; readonly round: number; readonly slot: LogIndex }
  | { readonly type: 'learn'; readonly replica: NodeId; readonly slot: LogIndex }
  /** The replica's log does not hold any more what it held there. */
  | { readonly type: 'drop'; readonly replica: NodeId; readonly slot: LogIndex }
  /** A snapshot takes the place of everything up to that slot. */
  | { readonly type: 'snapshot'; readonly replica: NodeId; readonly slot: LogIndex }

/** Is told of an illegal step. */
export type Refuse = (
  rule: RefinementRule,
  step: AbstractStep,
  message: string,
  context?: Readonly<Record<string, unknown>>,
) => void

/** An illegal step as a violation's context: it says which rule, and at which step. */
export interface RefinementContext {
  readonly rule: RefinementRule
  readonly step: AbstractStep
}
