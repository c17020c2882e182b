import { isBlocked } from '@quorate/core'
import { becomeLooking } from '../election/become-looking.ts'
import { type Zab, decides } from '../node.ts'
import type { Leadership } from '../state.ts'
import { findLearner } from './learners.ts'

/**
 * A leader without a quorum stops leading: in BROADCAST once those connected are none, before it once those still to
 * come cannot be one. Zab (DSN 2011), section 4.3, last paragraph; ZooKeeper's Leader.lead asks once a tick, and here
 * the links often tell earlier.
 */
export function checkQuorum(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  const connected = (voter: number): boolean =>
    voter === state.self || findLearner(leadership, voter) !== undefined
  const holds =
    leadership.phase === 'BROADCAST'
      ? decides(state, connected)
      : !isBlocked(state.membership.quorums, (voter) => leadership.lost.has(voter))
  if (!holds && !options.unsafe.leadWithoutQuorum) becomeLooking(zab, 'no-quorum')
}
