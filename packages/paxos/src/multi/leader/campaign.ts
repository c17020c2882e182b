import { becomeCandidate, becomeFollower, becomeLeader } from '../become.ts'
import { isLeasedToOther } from '../acceptor/lease.ts'
import { armElection, suspectLeader } from '../election-timer.ts'
import { learnFromVoters } from '../learner/learn.ts'
import { ignore, isPromotable, type PaxosNode, trace } from '../node.ts'
import { countStall } from './check-quorum.ts'
import { hasPromiseQuorum, sendPrepares } from './phase1a.ts'

/** So many runs of the election timer with the same write under way, and the replica does not campaign. */
const stallsBeforePassing = 2

/**
 * The election timer ran out: nobody leads, as far as this replica can tell, so it becomes a proposer. Paxos Made
 * Simple, §2.4: a distinguished proposer is for progress only; that two believe to be it does no harm.
 */
export function onElectionTimeout(node: PaxosNode): void {
  const { state } = node
  if (state.role === 'leader') return ignore(node, 'election', 'leading')
  const isStalled = countStall(state) >= stallsBeforePassing
  if (state.leaderAlive) {
    trace(node, 'SuspectLeader', 'Paxos Made Simple 2.4', { leader: state.leader })
    return suspectLeader(node)
  }
  if (!isPromotable(state)) return stopFollowing(node)
  if (isStalled || isLeasedToOther(node, state.self)) {
    ignore(node, 'election', isStalled ? 'disk-stalled' : 'leased')
    return armElection(node)
  }
  if (state.role === 'candidate') return askAgain(node)
  trace(node, 'Timeout', 'Paxos Made Simple 2.4', { leader: state.leader })
  becomeCandidate(node)
}

/**
 * Requests or answers were lost. A ballot that nobody has refused is as good as a new one, and disturbs nobody who
 * leads meanwhile: so a replica that is cut off does not come back with a ballot far above all others.
 */
function askAgain(node: PaxosNode): void {
  const { promised, phase1 } = node.state
  // Others may decide since it began than those whom it asked.
  if (hasPromiseQuorum(node)) return becomeLeader(node)
  trace(node, 'AskAgain', 'PMMC figure 6, scout', {
    ballot: promised,
    promised: [...(phase1?.promised ?? [])],
  })
  armElection(node)
  sendPrepares(node)
}

/** One who cannot campaign knows no leader any more, and waits for somebody else's. */
function stopFollowing(node: PaxosNode): void {
  const { state } = node
  if (state.role === 'candidate') becomeFollower(node, undefined, 'no-voter')
  else if (state.leader === undefined) ignore(node, 'election', 'no-voter')
  else {
    trace(node, 'LeaderSilent', 'Paxos Made Simple 2.4', { leader: state.leader })
    becomeFollower(node, undefined, 'leader-silent')
  }
  armElection(node)
  learnFromVoters(node)
}
