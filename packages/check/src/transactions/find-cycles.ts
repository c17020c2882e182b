import { firstWhere } from '../history/first-where.ts'
import type { CycleFamily, Scope } from './anomaly.ts'
import { cycleFamilies, scopes } from './anomaly.ts'
import { components } from './components.ts'
import type { Step } from './cycle.ts'
import { familyOf, scopeOf, simpleCycles, stepsOf } from './cycle.ts'
import type { Graph, Subgraph } from './graph.ts'
import { allEdges, scopeEdges, visibleEdges, writeEdges } from './edge-masks.ts'
import { edge, GraphBuilder, split, whole } from './graph.ts'
import { withoutAdjacent } from './snapshot-order.ts'
import type { Hop } from './shortest-path.ts'
import { PathFinder } from './shortest-path.ts'

/** A cycle that was found, with its name in two parts. */
export interface FoundCycle {
  readonly family: CycleFamily
  readonly scope: Scope
  readonly steps: readonly Step[]
}

/** Edges that a search may look at in one component, beyond one full search. */
const searchBudget = 400_000

/** Edges that only this scope has. */
const ownEdges: Readonly<Record<Scope, number>> = {
  data: edge.ww,
  process: edge.process,
  realtime: edge.realtime,
}

/**
 * Cycles of every family and scope that there is one of, a short one for each strongly connected component. Whether
 * there is one is decided in linear time by components alone, however large they are; only which of several is shown,
 * and whether it is G-single or G-nonadjacent, comes from a search with a budget.
 *
 * @param transactions how many vertices are transactions; the others are helpers
 */
export function findCycles(graph: Graph, transactions: number): readonly FoundCycle[] {
  const found: FoundCycle[] = []
  for (const part of partsOf(whole(graph), allEdges | scopeEdges.realtime)) {
    found.push(...new ComponentSearch(part, transactions).run())
  }
  return found
}

/** The strongly connected components by edges of these kinds. */
function partsOf(subgraph: Subgraph, mask: number): readonly Subgraph[] {
  return split(subgraph, components(subgraph.graph, mask), mask)
}

/** The search in one component of the graph with all edges. */
class ComponentSearch {
  private readonly part: Subgraph
  private readonly transactions: number
  private readonly found: FoundCycle[] = []
  /** The transactions of each cycle found: each lies in one component of any larger graph. */
  private readonly witnesses: { readonly member: number; readonly cycle: FoundCycle }[] = []

  constructor(part: Subgraph, transactions: number) {
    this.part = part
    this.transactions = transactions
  }

  run(): readonly FoundCycle[] {
    for (const scope of scopes) {
      const mask = scopeEdges[scope]
      this.search('G0', writeEdges | mask, ownEdges[scope])
      this.search('G1c', visibleEdges | mask, edge.wr)
      for (const component of partsOf(this.part, allEdges | mask)) {
        this.searchSingle(component, visibleEdges | mask)
        this.searchNonadjacent(component)
        if (!this.has(component)) this.searchIn(component, component.graph, edge.rw)
      }
    }
    return this.found
  }

  private search(family: CycleFamily, mask: number, seed: number): void {
    for (const component of partsOf(this.part, mask)) {
      if (!this.has(component, family)) this.searchIn(component, component.graph, seed)
    }
  }

  /** True when a cycle of this family, or of any, was found within the component. */
  private has({ names }: Subgraph, family?: CycleFamily): boolean {
    return this.witnesses.some(
      ({ member, cycle }) => (family === undefined || cycle.family === family) && includes(names, member),
    )
  }

  /** One rw edge, and a way back without any. */
  private searchSingle(component: Subgraph, mask: number): void {
    if (this.has(component, 'G-single')) return
    this.searchIn(component, narrowed(component.graph, mask), edge.rw)
  }

  private searchNonadjacent(component: Subgraph): void {
    if (this.has(component, 'G-single') || this.has(component, 'G-nonadjacent')) return
    const { graph, names } = component
    const product = withoutAdjacent(graph)
    const pairNames = Int32Array.from({ length: product.size }, (_, vertex) => names[vertex % graph.size]!)
    for (const part of partsOf({ graph: product, names: pairNames }, ~0)) {
      this.searchIn(part, part.graph, edge.rw)
    }
  }

  /** Looks for the shortest cycle of an edge of kind `seed` in the component, and a way back in `back`. */
  private searchIn({ graph, names }: Subgraph, back: Graph, seed: number): void {
    const finder = new PathFinder(back, searchBudget)
    let best: readonly Step[] | undefined
    for (let from = 0; from < graph.size; from++) {
      for (let at = graph.offsets[from]!; at < graph.offsets[from + 1]!; at++) {
        if (graph.kinds[at] !== seed) continue
        if (finder.exhausted) return this.note(best)
        const to = graph.targets[at]!
        const way = finder.find(to, from, best === undefined ? Infinity : best.length - 1)
        if (way === undefined) continue
        const steps = this.stepsOf(names, from, [{ to, kind: seed }, ...way])
        if (best === undefined || steps.length < best.length) best = steps
        if (best.length === 2) return this.note(best)
      }
    }
    this.note(best)
  }

  /** The steps of a closed way; edges with a kind of their own start at transactions. */
  private stepsOf(names: Int32Array, from: number, hops: readonly Hop[]): readonly Step[] {
    const named = hops.map(({ to, kind }) => ({ to: names[to]!, kind }))
    return stepsOf(names[from]!, named, this.transactions)
  }

  private note(closed: readonly Step[] | undefined): void {
    for (const steps of simpleCycles(closed ?? [])) {
      const cycle = { family: familyOf(steps), scope: scopeOf(steps), steps }
      this.found.push(cycle)
      this.witnesses.push({ member: steps[0]!.from, cycle })
    }
  }
}

/** The same vertices with fewer edges. */
function narrowed(graph: Graph, mask: number): Graph {
  const { size, offsets, targets, kinds } = graph
  const builder = new GraphBuilder(size)
  for (let vertex = 0; vertex < size; vertex++) {
    for (let at = offsets[vertex]!; at < offsets[vertex + 1]!; at++) {
      if ((kinds[at]! & mask) !== 0) builder.addEdge(vertex, targets[at]!, kinds[at]!)
    }
  }
  return builder.build()
}

/** Names are in ascending order. */
function includes(names: Int32Array, name: number): boolean {
  return names[firstWhere(names.length, (place) => names[place]! >= name)] === name
}

/** Worst first, and short ones first. */
export function inOrderOfSeverity(cycles: readonly FoundCycle[]): readonly FoundCycle[] {
  const rank = ({ family, scope }: FoundCycle): number =>
    scopes.indexOf(scope) * cycleFamilies.length + cycleFamilies.indexOf(family)
  return cycles.toSorted((a, b) => rank(a) - rank(b) || a.steps.length - b.steps.length)
}
