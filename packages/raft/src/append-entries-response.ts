import { lastIndex, lastIndexOfEpoch, type NodeId } from '@quorate/core'
import type { AppendEntriesResponse } from './messages.ts'
import { ignore, type RaftNode, trace } from './node.ts'
import { advanceMatch, advanceRound, becomeProbe, becomeReplicate, type Progress } from './progress.ts'
import { answeredRound } from './reads.ts'
import type { Leadership } from './state.ts'

/** Leader handles the answer to an append. Raft (extended), figure 2, rules for leaders, third. */
export function onAppendEntriesResponse(node: RaftNode, from: NodeId, message: AppendEntriesResponse): void {
  const { state, config } = node
  if (message.term < state.term) return ignore(node, message.type, 'stale-term', from)
  const { leadership } = state
  const progress = leadership?.progress.get(from)
  if (leadership === undefined || progress === undefined)
    return ignore(node, message.type, 'no-progress', from)
  if (advanceRound(progress, answeredRound(node, leadership, message.round), leadership.round))
    leadership.confirmed = true
  if (message.session !== progress.session && config.unsafe.acceptOldSessions !== true)
    // L9
    return ignore(node, message.type, 'other-session', from)
  if (!message.success) return onMismatch(node, leadership, progress, message)
  if (message.index > lastIndex(state.log)) {
    ignore(node, message.type, 'beyond-my-log', from)
    return node.outbox.resetLink(from)
  }
  if (advanceMatch(progress, message.index)) leadership.acknowledged = true
  if (
    progress.phase === 'probe' ||
    (progress.phase === 'snapshot' && message.index >= state.log.storedBase)
  ) {
    trace(node, 'Replicate', 'Raft 5.3', { to: from, from: progress.match + 1, after: progress.phase })
    becomeReplicate(progress, progress.match + 1)
  }
}

/**
 * "If AppendEntries fails because of log inconsistency: decrement nextIndex and retry", skipping every index at which
 * the logs cannot match (end of §5.3).
 */
function onMismatch(
  node: RaftNode,
  leadership: Leadership,
  progress: Progress,
  message: AppendEntriesResponse,
): void {
  const { state } = node
  const { index } = message
  const isOfProbe = progress.phase === 'probe' && index === progress.next - 1
  if (progress.phase === 'snapshot' || (progress.phase === 'probe' && !isOfProbe)) {
    return ignore(node, message.type, 'not-asked', progress.node)
  }
  if (index <= progress.sessionMatch) {
    // It had acknowledged this before it saw anything of the session: its disk has lost what it had promised.
    trace(node, 'LostSuffix', 'none', { member: progress.node, index, match: progress.match })
    progress.match = 0
  } else if (index <= progress.match) {
    return ignore(node, message.type, 'overtaken', progress.node) // L4
  }
  const limit = Math.min(index - 1, message.hintIndex)
  const next = lastIndexOfEpoch(state.log, limit, message.hintTerm) + 1
  trace(node, next < index ? 'SkipByHint' : 'DecrementNextIndex', 'Raft 5.3', {
    to: progress.node,
    from: index + 1,
    next,
  })
  becomeProbe(progress, limit < state.log.storedBase ? limit + 1 : next, ++leadership.lastSession)
}
