import type { Scope } from './anomaly.ts'
import { componentRanks, components } from './components.ts'
import { allEdges, scopeEdges } from './edge-masks.ts'
import type { Graph } from './graph.ts'
import { edge, GraphBuilder, split, whole } from './graph.ts'

/**
 * The graph in which a way never takes two rw edges in a row: a vertex `v` stands for having come by another edge,
 * `v + size` for having come by rw. Passing through a helper keeps which.
 */
export function withoutAdjacent(graph: Graph): Graph {
  const { size, offsets, targets, kinds } = graph
  const builder = new GraphBuilder(2 * size)
  for (let vertex = 0; vertex < size; vertex++) {
    for (let at = offsets[vertex]!; at < offsets[vertex + 1]!; at++) {
      const target = targets[at]!
      const kind = kinds[at]!
      if (kind === edge.rw) builder.addEdge(vertex, target + size, kind)
      else {
        builder.addEdge(vertex, target, kind)
        builder.addEdge(vertex + size, target + (kind === edge.pass ? size : 0), kind)
      }
    }
  }
  return builder.build()
}

/** True when there is a cycle without two rw edges in a row, which snapshot isolation forbids. */
export function hasSnapshotCycle(graph: Graph, scope: Scope): boolean {
  const mask = allEdges | scopeEdges[scope]
  return split(whole(graph), components(graph, mask), mask).some(
    (part) => components(withoutAdjacent(part.graph), ~0).length > 0,
  )
}

/**
 * Compares transactions of a history without such cycles: by an order in which snapshot isolation can have committed
 * them, and that follows rw edges too where these are in no cycle.
 */
export function snapshotOrder(graph: Graph, scope: Scope): (a: number, b: number) => number {
  const mask = allEdges | scopeEdges[scope]
  const ranks = componentRanks(graph, mask)
  const pairs = componentRanks(withoutAdjacent(graph), mask)
  // What has to come before a transaction comes before it however that one is reached.
  const place = (vertex: number): number => Math.max(pairs[vertex]!, pairs[vertex + graph.size]!)
  return (a, b) => ranks[a]! - ranks[b]! || place(a) - place(b) || a - b
}
