import {
  type NodeId,
  QuorateError,
  type QuorumSystem,
  isElectionQuorum,
  isReplicationQuorum,
  quorumProblem,
} from '@quorate/core'

/** What proposers, acceptors and learners of one decision have in common. */
export interface PaxosRules {
  /** Of acceptors. Promises of an election quorum let a value be proposed; acceptances of a replication quorum choose it. */
  readonly quorums: QuorumSystem
  /** Rules to break, for lessons and for tests of checkers. Default: none. */
  readonly unsafe?: UnsafePaxosRules
}

/** Rules that make Paxos safe, each of which can be switched off by setting its field. Never in production. */
export interface UnsafePaxosRules {
  /** Let one acceptor fewer than a quorum do: two of them need not meet. */
  readonly majorityMinusOne?: boolean
  /** Leave the promise out of what is written to disk: a crash takes it back. */
  readonly promiseNotPersisted?: boolean
  /** Propose one's own value whatever the promises say has been accepted. */
  readonly ignoreAccepted?: boolean
  /** Leave the round out of what is written to disk: a proposer that restarts uses a ballot again. */
  readonly ballotReused?: boolean
  /** Keep one ballot for two jobs: a promise becomes the ballot of what has been accepted, too. */
  readonly oneBallot?: boolean
  /** Take quorums as given, though two of them may have no acceptor in common. */
  readonly skipQuorumCheck?: boolean
}

/**
 * The rules of one decision.
 *
 * @throws QuorateError `USAGE` for quorums that do not meet, unless `unsafe.skipQuorumCheck` asks for them
 */
export function paxosRules(quorums: QuorumSystem, unsafe: UnsafePaxosRules = {}): PaxosRules {
  // Ballots belong to a proposer, so two election quorums need not meet.
  const problem =
    unsafe.skipQuorumCheck === true ? undefined : quorumProblem(quorums, { electionsMeet: false })
  if (problem !== undefined) throw new QuorateError('USAGE', `paxos: ${problem}`)
  return { quorums, unsafe }
}

/** May a proposer that these acceptors have promised to make its proposal? §2.2, P2c: the set S. */
export function isEnoughPromises({ quorums, unsafe }: PaxosRules, by: readonly NodeId[]): boolean {
  return isAlmost(unsafe, by, (has) => isElectionQuorum(quorums, has))
}

/** Is a proposal that these acceptors have accepted chosen? §2.2: a large enough set of acceptors. */
export function isEnoughAcceptances({ quorums, unsafe }: PaxosRules, by: readonly NodeId[]): boolean {
  return isAlmost(unsafe, by, (has) => isReplicationQuorum(quorums, has))
}

function isAlmost(
  unsafe: UnsafePaxosRules | undefined,
  by: readonly NodeId[],
  isQuorum: (has: (node: NodeId) => boolean) => boolean,
): boolean {
  if (isQuorum((node) => by.includes(node))) return true
  if (unsafe?.majorityMinusOne !== true || by.length === 0) return false
  let spared: NodeId | undefined
  return isQuorum((node) => by.includes(node) || (spared ??= node) === node)
}
