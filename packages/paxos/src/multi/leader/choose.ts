import { type LogIndex, membershipAt, type NodeId, quorumIndex } from '@quorate/core'
import { isSame, ballotOf } from '../ballot.ts'
import type { Accepted } from '../messages.ts'
import { advanceCommit } from '../learner/decide.ts'
import { canDecide, ignore, latestMembership, membershipOfSlot, type PaxosNode, trace } from '../node.ts'
import type { Leadership } from '../state.ts'
import { advanceExtra, advanceMatch, hasAccepted } from './progress.ts'

/** An acceptor has accepted. PMMC, figure 6, commander: `p2b`. What follows from it is worked out once a turn. */
export function onAccepted(node: PaxosNode, from: NodeId, message: Accepted): void {
  const { state } = node
  const { leadership } = state
  if (leadership === undefined || !isSame(ballotOf(message), state.promised)) {
    return ignore(node, message.type, 'other-ballot', from)
  }
  const progress = leadership.progress.get(from)
  if (progress === undefined) return ignore(node, message.type, 'no-member', from)
  const last = leadership.next - 1
  let isNews = advanceMatch(progress, Math.min(message.to, last))
  const { ranges } = message
  for (let i = 0; i + 1 < ranges.length; i += 2) {
    if (advanceExtra(progress, ranges[i]!, Math.min(ranges[i + 1]!, last))) isNews = true
  }
  if (isNews) leadership.acknowledged = true
}

/**
 * A value is chosen when a quorum has accepted it in one ballot (Paxos Made Simple, §2.2). Slots are chosen in any order;
 * what counts for delivery is how far they are chosen without a gap.
 */
export function advanceChosen(node: PaxosNode, leadership: Leadership): void {
  const { state } = node
  // What was chosen before this ballot comes first; acknowledgements wait for that.
  if (!leadership.acknowledged || state.commit < leadership.start - 1) return
  leadership.acknowledged = false
  while (state.commit < leadership.next - 1) {
    const to = chosenTo(node, leadership)
    if (to <= state.commit) return
    advanceCommit(node, to)
  }
}

/** Up to which slot the members that decide the next one have chosen, as far as the same members decide. */
function chosenTo(node: PaxosNode, leadership: Leadership): LogIndex {
  const { state } = node
  const next = state.commit + 1
  const membership = membershipOfSlot(state, next)
  const limit = Math.min(leadership.next - 1, lastDecidedBy(node, next))
  const index =
    node.config.unsafe.quorumMinusOne === true
      ? state.commit
      : Math.min(
          limit,
          quorumIndex(membership.quorums, (voter) => acceptedTo(node, leadership, voter)),
        )
  if (index > state.commit) return index
  return chosenAboveGaps(node, leadership, limit)
}

/** No quorum is complete up to there, but members with different gaps may still have accepted each single slot. */
function chosenAboveGaps(node: PaxosNode, leadership: Leadership, limit: LogIndex): LogIndex {
  const { state, config } = node
  const hasGaps = [...leadership.progress.values()].some(({ extra }) => extra.size > 0)
  let slot = state.commit
  if (!hasGaps && config.unsafe.quorumMinusOne !== true) return slot
  const membership = membershipOfSlot(state, slot + 1)
  const isChosen = (at: LogIndex): boolean =>
    canDecide(node, membership, (voter) => hasSlot(node, leadership, voter, at))
  while (slot < limit && isChosen(slot + 1)) slot += 1
  if (slot > state.commit) trace(node, 'ChooseAboveGap', 'Paxos Made Simple 3', { to: slot })
  return slot
}

/** The last slot that is decided by the same members as `slot`. */
function lastDecidedBy({ state }: PaxosNode, slot: LogIndex): LogIndex {
  const later = membershipAt(latestMembership(state), slot).pending?.[0]
  return later === undefined ? Infinity : later.from - 1
}

/** How far a voter has accepted without a gap. The own acceptor counts like any other: when its disk has it. */
function acceptedTo(node: PaxosNode, leadership: Leadership, voter: NodeId): LogIndex {
  const { state, config } = node
  if (voter !== state.self) return leadership.progress.get(voter)?.match ?? 0
  return config.unsafe.acceptBeforeDurable === true ? state.received : state.acceptance.durableIndex
}

function hasSlot(node: PaxosNode, leadership: Leadership, voter: NodeId, slot: LogIndex): boolean {
  if (voter === node.state.self) return slot <= acceptedTo(node, leadership, voter)
  const progress = leadership.progress.get(voter)
  return progress !== undefined && hasAccepted(progress, slot)
}
