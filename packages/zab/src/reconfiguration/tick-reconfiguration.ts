import { everyMember, isVoter } from '@quorate/core'
import { dropLearner } from '../liveness/drop-learner.ts'
import type { Zab } from '../node.ts'
import type { Leadership } from '../state.ts'
import { countCatchUp } from './catch-up.ts'
import { isAdmissible, isSettled, latestRecord } from './memberships.ts'

/** A tick passes at an established leader. */
export function tickReconfiguration(zab: Zab, leadership: Leadership): void {
  if (leadership.phase !== 'BROADCAST') return
  const catchUp = leadership.change?.catchUp
  if (catchUp !== undefined) countCatchUp(leadership, catchUp)
  askToJoin(zab, leadership)
  letGo(zab, leadership)
}

/** Asks newcomers to connect; and members, once there has been a change: they may know neither of it nor of anyone. */
function askToJoin({ state, options, out }: Zab, leadership: Leadership): void {
  const { epoch, membership } = latestRecord(state)
  const newcomers = leadership.change?.catchUp?.newcomers ?? []
  const wanted = [...newcomers, ...(epoch > 0 ? everyMember(membership) : [])]
  for (const node of new Set(wanted)) {
    const isConnected = leadership.learners.some((learner) => learner.node === node)
    if (node === state.self || isConnected || !state.links.has(node)) continue
    const votes = newcomers.includes(node) || isVoter(membership, node)
    // An observer may well be connected to a follower.
    const isFed = !votes && options.followersFeedObservers
    if (isFed && leadership.ticks % options.syncLimit !== 0) continue
    out.sendNow(node, { type: 'JOIN', epoch: leadership.epoch, votes })
  }
}

/** Who is no member any more is served until it knows, if that does not take too long. */
function letGo(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  if (!isSettled(state)) return
  const { index } = latestRecord(state)
  const isLate = leadership.ticks - leadership.settledTick > options.initLimit
  for (const { node, acked } of leadership.learners.toReversed()) {
    if (isAdmissible(state, leadership, node) || (acked < index && !isLate)) continue
    zab.out.resetLink(node) // so that it knows that it is served no more
    dropLearner(zab, leadership, node, 'not-a-member')
    if (state.leadership !== leadership) return
  }
}
