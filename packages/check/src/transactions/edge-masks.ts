import type { Scope } from './anomaly.ts'
import { edge } from './graph.ts'

/** Edges of G0. */
export const writeEdges: number = edge.ww | edge.pass

/** Edges of G1c. */
export const visibleEdges: number = writeEdges | edge.wr

/** All edges by data. */
export const allEdges: number = visibleEdges | edge.rw

/** The edges that a scope has beyond those by data. */
export const scopeEdges: Readonly<Record<Scope, number>> = {
  data: 0,
  process: edge.process,
  realtime: edge.process | edge.realtime,
}
