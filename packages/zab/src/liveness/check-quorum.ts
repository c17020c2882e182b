import { becomeLooking } from '../election/become-looking.ts'
import { type Zab, decides, elects } from '../node.ts'
import type { Leadership } from '../state.ts'
import { findLearner } from './learners.ts'

/**
 * A leader without a quorum stops leading: in BROADCAST once those connected are none that decides, before it once those
 * still to come cannot be one, nor in DISCOVERY one that elects. Zab (DSN 2011), section 4.3, last paragraph; ZooKeeper's Leader.lead asks once a tick, and here
 * the links often tell earlier.
 */
export function checkQuorum(zab: Zab, leadership: Leadership): void {
  const { state, options } = zab
  const connected = (voter: number): boolean =>
    voter === state.self || findLearner(leadership, voter) !== undefined
  const left = (voter: number): boolean => !leadership.lost.has(voter)
  const holds =
    decides(state, leadership.phase === 'BROADCAST' ? connected : left) &&
    (leadership.phase !== 'DISCOVERY' || elects(state, left))
  if (!holds && !options.unsafe.leadWithoutQuorum) becomeLooking(zab, 'no-quorum')
}
