import { type NodeId, isVoter, votersOf } from '@quorate/core'
import type { Vote } from '../election/vote.ts'
import type { LookingReason } from '../marks.ts'
import type { Zab } from '../node.ts'
import type { Election, ZabState } from '../state.ts'

/** Is this replica an observer that lets followers feed it? */
function wantsFollower({ state, options }: Zab): boolean {
  return options.followersFeedObservers && !isVoter(state.membership, state.self)
}

/**
 * Whom to connect to, of those who follow `vote.leader`: the observers of a membership are dealt out to them in turn. The
 * leader if nobody else is left. ZooKeeper, QuorumPeer.findLearnerMaster.
 */
export function chooseFeeder(zab: Zab, election: Election, vote: Vote): NodeId {
  const { state } = zab
  if (!wantsFollower(zab)) return vote.leader
  const followers = votersOf(state.membership).filter((voter) => {
    if (voter === vote.leader || state.shunned.includes(voter)) return false
    const said = election.outside.get(voter)
    return said?.state === 'FOLLOWING' && said.leader === vote.leader && said.epoch === vote.epoch
  })
  const rank = state.membership.observers.indexOf(state.self)
  return followers[Math.max(rank, 0) % Math.max(followers.length, 1)] ?? vote.leader
}

/**
 * Waits for voters within reach that may be the one to choose, and have not said yet that they follow: until they have
 * been asked once more, and had `finalizeWait` to answer. Else the first observers of a new leader would all be its own.
 */
export function awaitFollowers(zab: Zab, election: Election): boolean {
  const { state, options, out } = zab
  if (!wantsFollower(zab) || election.finalized) return false
  const isOpen = (voter: NodeId): boolean => state.links.has(voter) && !election.outside.has(voter)
  if (!votersOf(state.membership).some(isOpen)) return false
  if (!election.finalizing) {
    out.setTimer('finalize', 1.5 * options.notificationInterval.min + options.finalizeWait)
  }
  election.finalizing = true
  return true
}

/**
 * An observer leaves who feeds it. A follower that was lost, or did not take it in, is passed over until somebody has
 * brought it up to date; one that lost its own leader is not to blame.
 */
export function shunFeeder(state: ZabState, reason: LookingReason): void {
  const { following, shunned, vote } = state
  if (state.state !== 'OBSERVING' || following === undefined || following.leader === vote.leader) return
  if (reason !== 'leader-is-looking' && !shunned.includes(following.leader)) shunned.push(following.leader)
}
