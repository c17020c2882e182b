import { isVoter, isWitness, type Membership, type NodeId, type Outbox } from '@quorate/core'
import type { IgnoreReason, RaftMark } from './marks.ts'
import type { RaftMessage } from './messages.ts'
import type { RaftConfig } from './options.ts'
import { openMemberships } from './memberships.ts'
import type { RaftState } from './state.ts'

/** What every step of the protocol works on: a replica's state, and where its decisions go. */
export interface RaftNode {
  readonly config: RaftConfig
  readonly state: RaftState
  readonly outbox: Outbox<RaftMessage>
  /** The clocks of the step under way, milliseconds: `wall` stamps entries, `monotonic` bounds leases, and nothing else. */
  wall: number
  monotonic: number
}

/** The membership in force: the last one in the log, committed or not. Thesis §4.1. */
export function membershipOf(state: RaftState): Membership {
  return state.memberships[state.memberships.length - 1]!.membership
}

/** Are there no commands to be had from this replica? What a witness has skipped it never gets. */
export function lacksCommands(state: RaftState): boolean {
  return state.blank || isWitness(membershipOf(state), state.self)
}

/**
 * May this replica campaign? Also one whom the membership in force leaves out, as long as it does not know that to be
 * committed: it may be the only one with a log that can win (thesis §4.2.2, figure 4.6). Its own vote does not count then.
 */
export function isPromotable(state: RaftState): boolean {
  if (lacksCommands(state)) return false
  return openMemberships(state).some(({ membership }) => isVoter(membership, state.self))
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
