import type { NodeId } from '@quorate/core'
import type { NotLeader } from './messages.ts'
import { becomeFollower } from './become.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { becomeProbe } from './progress.ts'

/**
 * A link came up or broke. Raft does not need to know, but can use the hint: what was under way may be lost, so the
 * leader finds out where the member stands instead of waiting for answers.
 */
export function onLinkChange(node: RaftNode, peer: NodeId, isUp: boolean): void {
  const { leadership } = node.state
  const progress = leadership?.progress.get(peer)
  if (leadership === undefined || progress === undefined) return
  trace(node, 'LinkChanged', 'none', { peer, isUp, match: progress.match })
  becomeProbe(progress, progress.match + 1, ++leadership.lastSession)
  progress.paused = !isUp
}

/** The one who was taken for the leader says that it no longer is. It never will be again in that term. */
export function onNotLeader(node: RaftNode, from: NodeId, message: NotLeader): void {
  const { state } = node
  if (message.term < state.term || state.leader !== from || state.role !== 'follower') {
    return ignore(node, message.type, 'not-my-leader', from)
  }
  trace(node, 'LeaderResigned', 'none', { leader: from })
  becomeFollower(node, state.term, undefined, message.type)
}
