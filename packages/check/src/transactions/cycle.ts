import type { CycleFamily, Scope } from './anomaly.ts'
import { edge } from './graph.ts'
import type { Hop } from './shortest-path.ts'

/** A step from one transaction to another, by an edge of one kind. */
export interface Step {
  readonly from: number
  readonly to: number
  readonly kind: number
}

/** A way through a graph as steps between transactions: what passes through helpers is one step. */
export function stepsOf(start: number, hops: readonly Hop[], transactions: number): readonly Step[] {
  const steps: Step[] = []
  let from = start
  let kind: number = edge.pass
  for (const hop of hops) {
    if (hop.kind !== edge.pass) kind = hop.kind
    if (hop.to >= transactions) continue
    steps.push({ from, to: hop.to, kind })
    from = hop.to
  }
  return steps
}

/** A closed way may pass a transaction more than once: the cycles that it is made of, each without repetition. */
export function simpleCycles(closed: readonly Step[]): readonly (readonly Step[])[] {
  const cycles: Step[][] = []
  const way: Step[] = []
  /** Where on the way each transaction is. */
  const places = new Map<number, number>()
  for (const step of closed) {
    places.set(step.from, way.push(step) - 1)
    const start = places.get(step.to)
    if (start === undefined) continue
    const cycle = way.splice(start)
    for (const { from } of cycle) places.delete(from)
    cycles.push(cycle)
  }
  return cycles
}

/** The worst family that a cycle belongs to, by its edges. */
export function familyOf(cycle: readonly Step[]): CycleFamily {
  const antidependencies = cycle.filter(({ kind }) => kind === edge.rw).length
  if (antidependencies === 0) return cycle.some(({ kind }) => kind === edge.wr) ? 'G1c' : 'G0'
  if (antidependencies === 1) return 'G-single'
  const adjacent = cycle.some(
    ({ kind }, at) => kind === edge.rw && cycle[(at + 1) % cycle.length]!.kind === edge.rw,
  )
  return adjacent ? 'G2-item' : 'G-nonadjacent'
}

/** What a cycle needs beyond the data. */
export function scopeOf(cycle: readonly Step[]): Scope {
  if (cycle.some(({ kind }) => kind === edge.realtime)) return 'realtime'
  return cycle.some(({ kind }) => kind === edge.process) ? 'process' : 'data'
}
