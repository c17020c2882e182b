import {
  decodeMembership,
  encodeMembership,
  everyMember,
  type Input,
  type LogIndex,
  type Membership,
  membershipAt,
  membershipOf,
  type NodeId,
  QuorateError,
  quorumProblem,
} from '@quorate/core'
import { durablyChosen } from './acceptor/acknowledge.ts'
import { becomeFollower } from './become.ts'
import { isEstablished, syncProgress } from './leader/leadership.ts'
import { beginBeat, sendHeartbeat } from './leader/replicate.ts'
import { canDecide, isRemoved, latestMembership, membershipInForce, type PaxosNode, trace } from './node.ts'
import { reject } from './requests/answers.ts'
import type { Leadership } from './state.ts'

/**
 * Somebody asks for another membership. It is a value like any other: chosen in some slot s, it decides from slot
 * s + window on (PMMC, §4.4; Paxos Made Simple, §3). One change at a time; the next waits until this one is in force.
 */
export function onReconfigure(node: PaxosNode, input: Extract<Input, { type: 'reconfigure' }>): void {
  const { state } = node
  const { leadership } = state
  const { sequence } = input.request
  if (leadership === undefined) {
    return reject(node, sequence, state.leader === undefined ? 'no-leader' : 'not-leader')
  }
  const data = encodeUsable(input.membership)
  if (data === undefined) return reject(node, sequence, 'invalid-membership')
  if (isChanging(node, leadership)) return reject(node, sequence, 'change-pending')
  leadership.change = { sequence, slot: 0 }
  leadership.queue.push({ kind: 'membership', request: undefined, data })
  leadership.pendingBytes += data.length
  trace(node, 'Reconfigure', 'PMMC 4.4', { members: everyMember(input.membership) })
}

/** The membership's bytes; undefined if nobody could decide with it, or decode it. */
function encodeUsable({ quorums, observers, witnesses }: Membership): Uint8Array | undefined {
  if (quorumProblem(quorums, { electionsMeet: false }) !== undefined || witnesses !== undefined)
    return undefined
  try {
    const data = encodeMembership(membershipOf(quorums, observers))
    decodeMembership(data)
    return data
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}

/** Is a membership under way, or may one be among what phase 1 found? */
function isChanging(node: PaxosNode, leadership: Leadership): boolean {
  return (
    leadership.change !== undefined ||
    !isEstablished(node) ||
    membershipInForce(node.state).pending !== undefined
  )
}

/** More has been chosen, a membership perhaps; or one that was chosen before has come into force. */
export function onMembershipChosen(node: PaxosNode, isChange: boolean): void {
  const { state } = node
  const { commit } = state
  const latest = latestMembership(state)
  const inForce = membershipAt(latest, commit + 1)
  const isNew = inForce !== latest
  if (isNew) enterMembership(node, inForce)
  const { leadership } = state
  if (leadership === undefined) return
  if (isNew) handOver(node, leadership)
  if (isChange || isNew) syncProgress(state, leadership)
  if (isNew) settleChange(node, leadership)
}

/**
 * From the next slot on others decide. That goes to disk: whoever decides now must know so after a restart, when those
 * who decided before may be gone, and with them everybody who could tell.
 */
function enterMembership(node: PaxosNode, membership: Membership): void {
  const { state } = node
  state.memberships.push({ index: state.commit, membership })
  state.aware.clear()
  state.hardStateDirty = true
  trace(node, 'EnterMembership', 'PMMC 4.4', { from: state.commit + 1, members: everyMember(membership) })
}

/**
 * Others decide from now on. All members, old and new, are told by a heartbeat: who is new has to know, and who is not a
 * member any more hears of it no other way. Leases are granted by those who decided before; and reads that wait for
 * their answers wait for those who decide now.
 */
function handOver(node: PaxosNode, leadership: Leadership): void {
  const { commit } = node.state
  const { reads } = leadership
  beginBeat(node, leadership)
  for (const progress of leadership.progress.values()) sendHeartbeat(node, leadership, progress)
  leadership.leaseUntil = -Infinity
  reads.rounds = reads.rounds.map((round) => ({ ...round, index: commit }))
  leadership.confirmed = true
}

/**
 * A change is done when the new membership is in force, and a quorum of it durably holds all that was chosen before: so
 * those who leave may be switched off. A leader that leaves leads until then.
 */
export function settleChange(node: PaxosNode, leadership: Leadership): void {
  const { state, config, outbox } = node
  const { change } = leadership
  if (change === undefined && !isRemoved(state)) return
  const { index, membership } = state.memberships[state.memberships.length - 1]!
  if (
    membership.pending !== undefined ||
    !canDecide(node, membership, (voter) => holds(node, voter, index))
  ) {
    return
  }
  if (change !== undefined && change.slot > 0 && state.commit >= change.slot + config.window - 1) {
    outbox.reply({ type: 'done', sequence: change.sequence })
    leadership.change = undefined
  }
  if (isRemoved(state)) becomeFollower(node, undefined, 'removed')
}

/** Does that voter durably hold every slot up to `index`? */
function holds(node: PaxosNode, voter: NodeId, index: LogIndex): boolean {
  const { self, leadership } = node.state
  const chosen = voter === self ? durablyChosen(node) : (leadership?.progress.get(voter)?.chosen ?? 0)
  return chosen >= index
}
