import type { NodeId } from '@quorate/core'
import { type RaftNode, trace } from './node.ts'
import { priorityOf } from './priority.ts'
import type { Leadership } from './state.ts'
import { beginTransfer, isEligible, isTransferring } from './transfer.ts'

/**
 * A heartbeat of the leader: after some time in office, and then ever more seldom if nothing comes of it, it hands over
 * to the voter of highest priority that could lead at once.
 */
export function preferHigherPriority(node: RaftNode, leadership: Leadership): void {
  const { config, state } = node
  const { preference } = leadership
  if (config.priorities === undefined || isTransferring(state)) return
  preference.beats += 1
  if (preference.beats < preference.wait || state.commit < leadership.start) return
  preference.beats = 0
  const to = preferredVoter(node, leadership)
  if (to === undefined) return
  trace(node, 'PreferHigherPriority', 'none', { to, priority: priorityOf(config, to) })
  beginTransfer(node, leadership, to, {
    sequence: undefined,
    resigns: undefined,
    limit: config.transferBeats,
  })
}

/** The first of the voters with the highest priority above this replica's, of those that answer and hold what is committed. */
function preferredVoter({ config, state }: RaftNode, { progress }: Leadership): NodeId | undefined {
  let best: NodeId | undefined
  let highest = priorityOf(config, state.self)
  for (const { node, quiet, phase, match } of progress.values()) {
    const priority = priorityOf(config, node)
    if (priority <= highest || !isEligible(state, node)) continue
    if (phase !== 'replicate' || quiet > 1 || match < state.commit) continue
    best = node
    highest = priority
  }
  return best
}
