import type { NodeId } from '../ids.ts'

/** In order, each once. */
export function sortedNodes(nodes: readonly NodeId[]): readonly NodeId[] {
  return [...new Set(nodes)].sort((a, b) => a - b)
}
