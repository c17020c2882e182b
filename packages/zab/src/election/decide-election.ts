import { type NodeId, votersOf } from '@quorate/core'
import { becomeFollowing } from '../discovery/become-following.ts'
import { becomeLeading } from '../discovery/become-leading.ts'
import { type Zab, decides, elects } from '../node.ts'
import type { Election } from '../state.ts'
import { trace } from '../trace.ts'
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
  if (election.finalized || unanimous) return conclude(zab, state.vote)
  if (!election.finalizing) out.setTimer('finalize', options.finalizeWait)
  election.finalizing = true
}

/**
 * FastLeaderElection.lookForLeader, cases FOLLOWING and LEADING: joins an ensemble that has a leader, if a quorum says
 * so and the leader itself does too: votes for a dead leader are not enough. (ZooKeeper asks for a quorum of others.)
 */
function joinEstablished(zab: Zab, election: Election): boolean {
  const { state } = zab
  for (const voter of votersOf(state.membership)) {
    const said = election.outside.get(voter)
    if (said === undefined || !leads(zab, election, said.leader, said.round)) continue
    // By id and epoch only: round and zxid drift apart over an ensemble's life (ZOOKEEPER-1732, 1805).
    // The joining replica counts: else one that reaches the leader, but too few of those who follow it, is never served.
    const follows = (other: NodeId): boolean => {
      if (other === state.self) return true
      const vote = election.outside.get(other)
      return vote !== undefined && vote.leader === said.leader && vote.epoch === said.epoch
    }
    const sameRound = said.round === state.round && elects(state, agrees(zab, election, said))
    // Those who follow an established leader need only suffice for it to decide.
    if (!sameRound && !decides(state, follows)) continue
    trace(zab, 'established-joined', 'FastLeaderElection.lookForLeader', { leader: said.leader, sameRound })
    state.round = election.outside.get(said.leader)?.round ?? said.round
    conclude(zab, said)
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
  const agreed = agrees(zab, election, state.vote)
  return votersOf(state.membership).every((voter) => agreed(voter) || !state.links.has(voter))
}

function conclude(zab: Zab, vote: Vote): void {
  if (vote.leader === zab.state.self) becomeLeading(zab, vote)
  else becomeFollowing(zab, vote)
}
