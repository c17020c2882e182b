import type { NodeId } from '@quorate/core'
import type { Progress } from '../leader/progress.ts'
import type { PaxosNode } from '../node.ts'
import type { PaxosState } from '../state.ts'

/** Does a leader know from promises that more is chosen than it holds? It must not propose there, but learn. */
export function isBehind({ leadership, phase1, commit }: PaxosState): boolean {
  return leadership !== undefined && commit < Math.max(leadership.start - 1, phase1!.chosen)
}

/** Those members that are there and know more to be chosen than this leader. */
export function teachersOf({ state, config }: PaxosNode): NodeId[] {
  const { leadership, phase1, commit } = state
  if (leadership === undefined) return []
  const isTeacher = ({ node: id, quiet, beat, chosen }: Progress): boolean =>
    quiet < config.quietLimit && (chosen > commit || (id === phase1!.source && beat === 0))
  return [...leadership.progress.values()].filter(isTeacher).map((progress) => progress.node)
}
