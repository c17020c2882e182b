import type { Value } from '../single-decree/messages.ts'
import { type PaxosRules, paxosRules, type UnsafePaxosRules } from '../single-decree/rules.ts'
import type { QuorumSystem } from '@quorate/core'

/** What proposers and acceptors of one register have in common. */
export interface CasPaxosRules<Change> extends PaxosRules {
  /** The register's next state. It has to be a function of its arguments. */
  readonly apply: (state: Value, change: Change) => Value
  readonly unsafe?: UnsafeCasPaxosRules
}

/** Rules that make CASPaxos safe: those of Paxos, which it shares, and its own. Never in production. */
export interface UnsafeCasPaxosRules extends UnsafePaxosRules {
  /** Answer when the promises are in and the state is known, before it has been accepted again. */
  readonly answerBeforeAccepted?: boolean
}

/**
 * The rules of one register.
 *
 * @throws QuorateError `USAGE` for quorums that do not meet, unless `unsafe.skipQuorumCheck` asks for them
 */
export function casPaxosRules<Change>(
  quorums: QuorumSystem,
  apply: (state: Value, change: Change) => Value,
  unsafe: UnsafeCasPaxosRules = {},
): CasPaxosRules<Change> {
  return { ...paxosRules(quorums, unsafe), apply, unsafe }
}
