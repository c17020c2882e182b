import { type NodeId, isReplicationQuorum } from '@quorate/core'
import { becomeFollowing } from '../discovery/become-following.ts'
import { becomeLeading } from '../discovery/become-leading.ts'
import { type Zab, elects } from '../node.ts'
import { askable } from '../reconfiguration/electors.ts'
import { membershipTold } from '../reconfiguration/told-membership.ts'
import { awaitFollowers, chooseFeeder } from '../relay/choose-feeder.ts'
import type { Election } from '../state.ts'
import { trace } from '../trace.ts'
import { tellVote } from './send-notification.ts'
import { type Vote, sameVote } from './vote.ts'

/**
 * Ends the election if it has a result. FastLeaderElection.lookForLeader, case LOOKING: a quorum of votes equal to the
 * own one, and nothing better within `finalizeWait`. That wait is left out once every voter within reach agrees:
 * nobody is left to send a better vote.
 */
export function decideElection(zab: Zab, election: Election): void {
  const { state, out, options } = zab
  if (joinEstablished(zab, election)) return
  if (state.vote.leader === 0 || !elects(state, agrees(zab, election, state.vote))) {
    if (election.finalizing) out.cancelTimer('finalize')
    election.finalizing = false
    election.finalized = false
    return
  }
  const unanimous = isUnanimous(zab, election)
  if (unanimous) trace(zab, 'unanimous', 'not in ZooKeeper', { leader: state.vote.leader })
  if (election.finalized || unanimous || isDesignated(zab, election)) return conclude(zab, state.vote)
  if (!election.finalizing) out.setTimer('finalize', options.finalizeWait)
  election.finalizing = true
}

/**
 * FastLeaderElection.lookForLeader, cases FOLLOWING and LEADING: joins an ensemble that has a leader, if a quorum says
 * so and the leader itself does too: votes for a dead leader are not enough. (ZooKeeper asks for a quorum of others.)
 */
function joinEstablished(zab: Zab, election: Election): boolean {
  const { state, options } = zab
  for (const [, said] of [...election.outside].sort(([a], [b]) => a - b)) {
    if (!leads(zab, election, said.leader, said.round)) continue
    // By id and epoch only: round and zxid drift apart over an ensemble's life (ZOOKEEPER-1732, 1805).
    // The joining replica counts: else one that reaches the leader, but too few of those who follow it, is never served.
    const follows = (other: NodeId): boolean => {
      if (other === state.self) return true
      const vote = election.outside.get(other)
      if (vote === undefined) return false
      if (options.unsafe.joinByWholeVotes) return sameVote(vote, said) && vote.round === said.round
      return vote.leader === said.leader && vote.epoch === said.epoch
    }
    const sameRound = said.round === state.round && elects(state, agrees(zab, election, said))
    // Those who follow an established leader need only suffice for it to decide. By its own membership: this replica's may
    // be older, or have come to nothing. Nothing but waiting depends on it: what counts is counted by the leader.
    const told = election.outside.get(said.leader)?.config
    const { quorums } = (told && membershipTold(told)) ?? state.membership
    if (!sameRound && !isReplicationQuorum(quorums, follows)) continue
    if (awaitFollowers(zab, election)) return true
    trace(zab, 'established-joined', 'FastLeaderElection.lookForLeader', { leader: said.leader, sameRound })
    if (!options.unsafe.joinByWholeVotes) state.round = election.outside.get(said.leader)?.round ?? said.round
    conclude(zab, said, chooseFeeder(zab, election, said))
    return true
  }
  return false
}

/** FastLeaderElection.checkLeader. */
function leads({ state }: Zab, election: Election, leader: NodeId, round: number): boolean {
  if (leader === state.self) return round === state.round
  return election.outside.get(leader)?.state === 'LEADING'
}

/** Who voted for `vote` in this round? */
function agrees({ state }: Zab, election: Election, vote: Vote): (voter: NodeId) => boolean {
  return (voter) => {
    const cast = voter === state.self ? state.vote : election.received.get(voter)
    return cast !== undefined && sameVote(cast, vote)
  }
}

function isUnanimous(zab: Zab, election: Election): boolean {
  const { state } = zab
  const { leader } = state.vote
  if (leader !== state.self && !state.links.has(leader)) return false // others may know by now that it is gone
  const agreed = agrees(zab, election, state.vote)
  return askable(state).every((voter) => agreed(voter) || !state.links.has(voter))
}

/**
 * Is it the vote that the last leader asked for, and has the designated one cast it? It is looking then, so it can be
 * followed. A better vote than this one could only have a higher id.
 */
function isDesignated({ state }: Zab, { designated, received }: Election): boolean {
  if (designated === undefined || !sameVote(state.vote, designated)) return false
  const cast = designated.leader === state.self ? designated : received.get(designated.leader)
  return cast !== undefined && sameVote(cast, designated)
}

function conclude(zab: Zab, vote: Vote, feeder: NodeId = vote.leader): void {
  tellVote(zab) // while it is a LOOKING one: what comes next is sent on a connection that this would close
  if (vote.leader === zab.state.self) becomeLeading(zab, vote)
  else becomeFollowing(zab, vote, feeder)
}
