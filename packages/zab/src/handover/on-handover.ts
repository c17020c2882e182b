import { becomeLooking, ownVote } from '../election/become-looking.ts'
import type { Vote } from '../election/vote.ts'
import type { Handover } from '../message.ts'
import { type Zab, mayLead } from '../node.ts'
import type { Following } from '../state.ts'
import { trace } from '../trace.ts'
import { compareZxid } from '../zxid.ts'

/**
 * Learner hears that its leader leaves, and for whom. It looks for a leader at once, in the round that all others begin
 * too, and votes for the designated one: by that one's history, so by the same order of votes as ever.
 */
export function onHandover(zab: Zab, following: Following, message: Handover): void {
  const { state } = zab
  const { designated, epoch, round } = message
  trace(zab, 'handover-received', 'ZooKeeper, COMMITANDACTIVATE', { leader: following.leader, designated })
  state.round = Math.max(state.round, round - 1) // a round begins in `becomeLooking`
  const { zxidEpoch, zxidIndex } = message
  const vote = { leader: designated, epoch, zxidEpoch, zxidIndex }
  becomeLooking(zab, 'leader-hands-over', isAcceptable(zab, vote) ? vote : undefined)
}

/** A vote that this replica may begin with: for a voter within reach, by a history that is not behind its own. */
function isAcceptable(zab: Zab, vote: Vote): boolean {
  const { state } = zab
  if (!mayLead(state, state.self) || !mayLead(state, vote.leader)) return false
  if (vote.leader !== state.self && !state.links.has(vote.leader)) return false
  const own = ownVote(zab)
  if (own.leader === 0) return vote.leader !== state.self // its disk has stalled: it does not stand
  if (vote.epoch !== own.epoch) return vote.epoch > own.epoch
  const its = { epoch: vote.zxidEpoch, index: vote.zxidIndex }
  return compareZxid(its, { epoch: own.zxidEpoch, index: own.zxidIndex }) >= 0
}
