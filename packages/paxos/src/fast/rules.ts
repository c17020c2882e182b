import { type NodeId, QuorateError } from '@quorate/core'
import { isFast, type Round } from './rounds.ts'

/** How many acceptors a quorum has. */
export interface QuorumSizes {
  /** Of phase 1, and of phase 2 in classic rounds. */
  readonly classic: number
  /** Of phase 2 in fast rounds. */
  readonly fast: number
}

/** What coordinators, acceptors and learners of one decision have in common. */
export interface FastPaxosRules extends QuorumSizes {
  readonly acceptors: readonly NodeId[]
  readonly coordinators: readonly NodeId[]
  /** Rules to break, for lessons and for tests of checkers. Default: none. */
  readonly unsafe?: UnsafeFastPaxosRules
}

/** Rules that make Fast Paxos safe, each of which can be switched off by setting its field. Never in production. */
export interface UnsafeFastPaxosRules {
  /** Take sizes of quorums as given, though a classic and two fast ones may have no acceptor in common. */
  readonly skipQuorumCheck?: boolean
  /** Where votes of a fast round differ, pick any of their values, without a look at which one may be chosen (O4). */
  readonly pickAnyVote?: boolean
  /** Pick one's own value whatever votes are reported. */
  readonly ignoreVotes?: boolean
  /** Vote for every proposal that arrives in a fast round. */
  readonly voteTwice?: boolean
  /** Leave the round that was promised out of what is written to disk. */
  readonly promiseNotPersisted?: boolean
  /** Leave the coordinator's round out of what is written to disk: it is begun again after a restart. */
  readonly roundReused?: boolean
}

/**
 * The smallest quorums for `n` acceptors with classic ones of a majority: fast ones of three quarters (§3.4.1 has
 * them, and the other extreme, in which both are above two thirds).
 */
export function usualSizes(n: number): QuorumSizes {
  return { classic: Math.floor(n / 2) + 1, fast: Math.ceil((3 * n) / 4) }
}

/**
 * The quorum requirement of §3.1 in sizes: two classic quorums meet, and a classic one meets what any two fast ones have
 * in common. In the paper phase 1 of a fast round also asks a fast quorum; a classic one is enough, because all that
 * phase 1 has to meet are the quorums of phase 2. Undefined, or what is wrong.
 */
export function sizesProblem(n: number, { classic, fast }: QuorumSizes): string | undefined {
  for (const [name, size] of Object.entries({ classic, fast })) {
    if (!Number.isInteger(size) || size < 1 || size > n)
      return `${name} quorums of ${size}, with ${n} acceptors`
  }
  if (2 * classic <= n) return `two classic quorums of ${classic} of ${n} acceptors need not meet`
  if (classic + 2 * fast > 2 * n) return undefined
  return `a classic quorum of ${classic} and two fast ones of ${fast} of ${n} acceptors need not have one in common`
}

/**
 * The rules of one decision.
 *
 * @throws QuorateError `USAGE` for sizes of quorums that do not work, unless `unsafe.skipQuorumCheck` asks for them, and
 * for no coordinator
 */
export function fastPaxosRules(rules: FastPaxosRules): FastPaxosRules {
  if (rules.coordinators.length === 0) throw new QuorateError('USAGE', 'fast-paxos: there is no coordinator')
  const isChecked = rules.unsafe?.skipQuorumCheck !== true
  const problem = isChecked ? sizesProblem(rules.acceptors.length, rules) : undefined
  if (problem !== undefined) throw new QuorateError('USAGE', `fast-paxos: ${problem}`)
  return rules
}

/** The quorums of phase 2 in a round. */
export function quorumSize({ classic, fast }: FastPaxosRules, round: Round): number {
  return isFast(round) ? fast : classic
}
