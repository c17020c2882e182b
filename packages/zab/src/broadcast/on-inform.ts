import { appendHistory } from '../history/history.ts'
import type { Inform } from '../message.ts'
import type { Zab } from '../node.ts'
import type { Following } from '../state.ts'
import { ignore } from '../trace.ts'
import { continuesHistory, refuseProposal } from './on-proposal.ts'

/**
 * Observer takes in entries that are committed. ZooKeeper, Observer.processPacket, case INFORM; not in the paper. While
 * members change, its leader may take it for an observer before it does itself; so with PROPOSAL, the other way round.
 */
export function onInform(zab: Zab, following: Following, message: Inform): void {
  const { state } = zab
  const { entries } = message
  if (following.phase !== 'BROADCAST') return ignore(zab, following.leader, message, 'wrong-phase')
  if (!continuesHistory(zab, following, message)) return refuseProposal(zab, following)
  appendHistory(zab, entries)
  following.end += entries.length
  following.ackDue = true
  state.commitIndex = Math.max(state.commitIndex, following.end)
}
