import { isVoter, type Membership, type NodeId, type Outbox } from '@quorate/core'
import type { IgnoreReason, RaftMark } from './marks.ts'
import type { RaftMessage } from './messages.ts'
import type { RaftConfig } from './options.ts'
import type { RaftState } from './state.ts'

/** What every step of the protocol works on: a replica's state, and where its decisions go. */
export interface RaftNode {
  readonly config: RaftConfig
  readonly state: RaftState
  readonly outbox: Outbox<RaftMessage>
  /** The wall clock of the step under way, milliseconds: stamps entries and nothing else. */
  wall: number
}

/** The membership in force: the last one in the log, committed or not. Thesis §4.1. */
export function membershipOf(state: RaftState): Membership {
  return state.memberships[state.memberships.length - 1]!.membership
}

/** May this replica campaign? */
export function isPromotable(state: RaftState): boolean {
  return isVoter(membershipOf(state), state.self)
}

/** Tells the trace of a decision. `rule` says where it is written down. */
export function trace(
  node: RaftNode,
  name: RaftMark,
  rule: string,
  detail: Readonly<Record<string, unknown>>,
): void {
  node.outbox.trace({ name, node: node.state.self, epoch: node.state.term, rule, detail })
}

/** Tells the trace that something is not acted on, and why. */
export function ignore(node: RaftNode, what: string, reason: IgnoreReason, from?: NodeId): void {
  trace(node, `Ignore.${reason}`, 'none', { what, reason, from })
}
