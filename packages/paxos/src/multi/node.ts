import {
  isElectionQuorum,
  isReplicationQuorum,
  isVoter,
  type LogIndex,
  type Membership,
  membershipAt,
  type NodeId,
  type Outbox,
  votersOf,
} from '@quorate/core'
import type { IgnoreReason, PaxosMark } from './marks.ts'
import type { PaxosMessage } from './messages.ts'
import type { PaxosConfig } from './options.ts'
import type { PaxosState } from './state.ts'

/** What every step of the protocol works on: a replica's state, and where its decisions go. */
export interface PaxosNode {
  readonly config: PaxosConfig
  readonly state: PaxosState
  readonly outbox: Outbox<PaxosMessage>
  /** The clocks of the step under way: `wall` stamps entries, `monotonic` bounds leases, and nothing else. */
  wall: number
  monotonic: number
}

/** The newest membership that is known to be chosen, with what is pending behind it. */
export function latestMembership({ memberships }: PaxosState): Membership {
  return memberships[memberships.length - 1]!.membership
}

/**
 * Who decides a slot. Every slot up to `commit` plus the window is known: a membership chosen at slot s decides from
 * slot s + window on, and no slot is proposed before the one a window below it is chosen (PMMC, §4.4 and invariant R5).
 */
export function membershipOfSlot(state: PaxosState, slot: LogIndex): Membership {
  return membershipAt(latestMembership(state), slot)
}

/** The membership in force: it decides the first slot that is not known to be chosen. */
export function membershipInForce(state: PaxosState): Membership {
  return membershipOfSlot(state, state.commit + 1)
}

/** May this replica campaign? */
export function isPromotable(state: PaxosState): boolean {
  return isVoter(membershipInForce(state), state.self)
}

/** Is this replica a voter of none of the memberships it knows? Then its time to lead is over. */
export function isRemoved(state: PaxosState): boolean {
  const inForce = membershipInForce(state)
  return inForce.pending === undefined && !votersOf(inForce).includes(state.self)
}

/** Do those form a quorum for phase 1? */
export function canElect(node: PaxosNode, membership: Membership, has: (voter: NodeId) => boolean): boolean {
  return isElectionQuorum(membership.quorums, loosened(node, membership, has))
}

/** Do those form a quorum for phase 2? Any such meets any quorum for phase 1: so it also vouches for reads. */
export function canDecide(node: PaxosNode, membership: Membership, has: (voter: NodeId) => boolean): boolean {
  return isReplicationQuorum(membership.quorums, loosened(node, membership, has))
}

/** `has`; or, with the unsafe rule `quorumMinusOne`, as if one more had. */
function loosened(
  { config }: PaxosNode,
  membership: Membership,
  has: (voter: NodeId) => boolean,
): (voter: NodeId) => boolean {
  if (config.unsafe.quorumMinusOne !== true) return has
  const other = votersOf(membership).find((voter) => !has(voter))
  return (voter) => voter === other || has(voter)
}

/** Tells the trace of a decision. `rule` says where it is written down. */
export function trace(
  node: PaxosNode,
  name: PaxosMark,
  rule: string,
  detail: Readonly<Record<string, unknown>>,
): void {
  const { self, promised } = node.state
  node.outbox.trace({ name, node: self, epoch: promised.round, rule, detail })
}

/** Tells the trace that something is not acted on, and why. */
export function ignore(node: PaxosNode, what: string, reason: IgnoreReason, from?: NodeId): void {
  trace(node, `Ignore.${reason}`, 'none', { what, reason, from })
}
