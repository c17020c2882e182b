import { isReplicationQuorum, type LogIndex, type NodeId, quorumIndex } from '@quorate/core'
import type { RequestVote } from './messages.ts'
import { membershipOf, type RaftNode, trace } from './node.ts'
import type { LeaderLease, Leadership, RaftState } from './state.ts'

/**
 * Leases. Raft thesis, §6.4.1, made independent of election timers.
 *
 * A replica that answers a new round of a leader votes for nobody else for `leaseDuration` of its own clock. A leader
 * whose round a replication quorum has answered knows that no other is elected until then, counted from when the round
 * *began*: when it was answered is not known. With clocks that run at 1 ± `clockDrift` of true time, that is
 * `leaseDuration · (1 − clockDrift) / (1 + clockDrift)` of its own clock. After a restart a voter does not know whom it
 * gave its word, and votes for nobody for as long as it may have given it.
 */
export function createLease(): LeaderLease {
  return { begun: [], until: -Infinity, membership: 0 }
}

/** The first step of a replica that started again tells the time: what an earlier start gave runs out from now on. */
export function startLease({ state, config, monotonic }: RaftNode): void {
  if (state.lease.until !== undefined) return
  const until = config.unsafe.forgetLease === true ? -Infinity : monotonic + config.leaseGranted
  state.lease = { holder: undefined, term: 0, round: 0, until }
}

/** The leader of this term has been heard with `round`. A round seen before was given its lease then. */
export function grantLease({ state, config, monotonic }: RaftNode, holder: NodeId, round: number): void {
  if (config.leaseGranted === 0) return
  const { lease, term } = state
  if (lease.term === term && round <= lease.round) return
  state.lease = { holder, term, round, until: monotonic + config.leaseGranted }
}

/** Has this replica given its word, or may it have, to somebody else than `asker`? */
export function isLeased({ state, monotonic }: RaftNode, asker: NodeId): boolean {
  const { holder, until } = state.lease
  return until !== undefined && monotonic < until && holder !== asker
}

/**
 * The leader of the term before has ordered this campaign, and gives back what was given for its rounds up to there. What
 * was given for a later one stands: then the transfer was given up, and the order was late (R6).
 */
export function returnLease(
  state: RaftState,
  { term, release }: Pick<RequestVote, 'term' | 'release'>,
): void {
  const { lease } = state
  if (lease.term === term - 1 && lease.round <= release) state.lease = { ...lease, until: -Infinity }
}

/** A round of the leader begins: answers to it show that nobody had been elected then. */
export function beginRound(node: RaftNode, leadership: Leadership): void {
  const { config, state, monotonic } = node
  leadership.round += 1
  if (config.leaseGranted === 0 || isOnLoan(node)) return
  const { begun } = leadership.lease
  while (begun.length > 0 && begun[0]!.at + config.leaseUsed <= monotonic) begun.shift()
  begun.push({ round: leadership.round, at: monotonic })
  // A lone voter asks nobody.
  if (isReplicationQuorum(membershipOf(state).quorums, (voter) => voter === state.self)) {
    extendLease(node, leadership)
  }
}

/** While leadership is handed over it may be another's any moment: no lease counts (R6). */
function isOnLoan({ state, config }: RaftNode): boolean {
  return state.transfer !== undefined && config.unsafe.keepLeaseInTransfer !== true
}

/** Counts the lease from the newest round that a replication quorum of the membership in force has answered. */
export function extendLease(node: RaftNode, leadership: Leadership): void {
  const { config, state, monotonic } = node
  const { lease, progress, round } = leadership
  if (config.leaseGranted === 0) return
  const heard = (voter: NodeId): number => (voter === state.self ? round : (progress.get(voter)?.round ?? 0))
  const answered = quorumIndex(membershipOf(state).quorums, heard)
  let at: number | undefined
  while (lease.begun.length > 0 && lease.begun[0]!.round <= answered) at = lease.begun.shift()!.at
  if (at === undefined) return
  const from = config.unsafe.leaseFromAnswers === true ? monotonic : at // R7
  const until = from + config.leaseUsed
  const membership = membershipIndex(state)
  lease.until = lease.membership === membership ? Math.max(lease.until, until) : until
  lease.membership = membership
}

/**
 * Can nobody else have been elected by now? A lease by the voters of another membership is worth nothing: those of this
 * one may elect without them.
 */
export function holdsLease({ state, monotonic }: RaftNode, { lease }: Leadership): boolean {
  return monotonic < lease.until && lease.membership === membershipIndex(state)
}

/** The leader gives its lease up, and what rounds begun so far would bring. */
export function dropLease(node: RaftNode, leadership: Leadership): void {
  if (node.config.leaseGranted === 0 || node.config.unsafe.keepLeaseInTransfer === true) return
  trace(node, 'DropLease', 'Raft thesis 6.4.1', { round: leadership.round })
  leadership.lease = createLease()
}

function membershipIndex({ memberships }: RaftState): LogIndex {
  return memberships[memberships.length - 1]!.index
}
