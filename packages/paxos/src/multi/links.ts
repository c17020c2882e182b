import type { NodeId } from '@quorate/core'
import { rewind } from './leader/progress.ts'
import { sendPrepare } from './leader/phase1a.ts'
import { type PaxosNode, trace } from './node.ts'

/**
 * A link came up or broke. Paxos does not need to know, but can use the hint: what was under way may be lost, so it is
 * sent again instead of waiting for answers.
 */
export function onLinkChange(node: PaxosNode, peer: NodeId, isUp: boolean): void {
  const { state } = node
  // A snapshot that was ordered while the link was down is lost like one that was under way when it broke.
  state.transfers.delete(peer)
  if (state.learning?.from === peer) state.learning = undefined
  const { leadership, phase1, role } = state
  const progress = leadership?.progress.get(peer)
  if (progress !== undefined && isUp) {
    trace(node, 'LinkChanged', 'none', { peer, isUp, match: progress.match })
    rewind(progress, progress.match + 1)
  }
  if (role === 'candidate' && isUp && phase1?.promised.has(peer) === false) {
    trace(node, 'LinkChanged', 'none', { peer, isUp, ballot: state.promised })
    sendPrepare(node, peer, phase1.partial.get(peer) ?? phase1.from)
  }
}
