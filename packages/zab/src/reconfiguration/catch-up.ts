import { type NodeId, isElectionQuorum, isReplicationQuorum, isVoter, votersOf } from '@quorate/core'
import { findLearner, isSynchronized } from '../liveness/learners.ts'
import type { Zab } from '../node.ts'
import type { CatchUp, Leadership, MembershipChange } from '../state.ts'
import { trace } from '../trace.ts'

/** Rounds after which a newcomer that is always a little behind is given up. */
const maxRounds = 10

/**
 * Who is to vote is brought up to date before it counts: a voter that lags would hold up every commit. In rounds, each to
 * where the history ended when it began, until one is short; Raft (dissertation), section 4.2.1. ZooKeeper asks less: a
 * quorum of the new config, connected and synchronized, as asked for here besides.
 */
export function beginCatchUp(zab: Zab, change: MembershipChange): void {
  const { state } = zab
  const newcomers = votersOf(change.target).filter(
    (voter) => voter !== state.self && !isVoter(state.membership, voter),
  )
  change.catchUp = { newcomers, goal: state.commitIndex, rounds: 1, ticks: 0, reached: 0, quiet: 0 }
  trace(zab, 'catch-up', 'Raft (dissertation), section 4.2.1', { newcomers, goal: state.commitIndex })
}

/** Once a turn: ends a round. Gives what is known of the whole: has it come to an end, and which? */
export function advanceCatchUp(
  zab: Zab,
  leadership: Leadership,
  change: MembershipChange,
  catchUp: CatchUp,
): 'done' | 'failed' | undefined {
  const { state, options } = zab
  if (catchUp.quiet >= options.catchUpLimit || catchUp.rounds > maxRounds) return 'failed'
  const isThere = (voter: NodeId): boolean => {
    const learner = findLearner(leadership, voter)
    return voter === state.self || (learner !== undefined && isSynchronized(learner))
  }
  const { quorums } = change.target
  if (!isReplicationQuorum(quorums, isThere) || !isElectionQuorum(quorums, isThere)) return undefined
  const isClose = catchUp.newcomers.every(
    (id) => isThere(id) && (findLearner(leadership, id)?.acked ?? 0) >= catchUp.goal,
  )
  if (!isClose) return undefined
  if (catchUp.ticks < options.syncLimit || catchUp.newcomers.length === 0) return 'done'
  catchUp.rounds += 1
  catchUp.goal = state.commitIndex
  catchUp.ticks = 0
  return undefined
}

/** A tick passes: newcomers take longer, or have come further. A snapshot under way is progress (ZOOKEEPER-2678). */
export function countCatchUp(leadership: Leadership, catchUp: CatchUp): void {
  let reached = 0
  let isFetching = false
  for (const id of catchUp.newcomers) {
    const learner = findLearner(leadership, id)
    if (learner === undefined) continue
    reached += learner.acked + learner.next + 1
    isFetching ||= learner.phase === 'SNAP'
  }
  catchUp.ticks += 1
  catchUp.quiet = reached === catchUp.reached && !isFetching ? catchUp.quiet + 1 : 0
  catchUp.reached = reached
}
