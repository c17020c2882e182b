import type { Graph } from './graph.ts'
import { edge } from './graph.ts'

/** One edge of a way: from where it comes is where the one before leads. */
export interface Hop {
  readonly to: number
  readonly kind: number
}

/** Shortest ways in one graph, within a budget of edges looked at. */
export class PathFinder {
  private readonly graph: Graph
  /** For each vertex, in which search it was reached last, from where, by which edge and after how many edges. */
  private readonly reached: Int32Array
  private readonly from: Int32Array
  private readonly via: Int32Array
  private readonly distance: Int32Array
  private search = 0
  private budget: number

  constructor(graph: Graph, budget: number) {
    this.graph = graph
    this.reached = new Int32Array(graph.size)
    this.from = new Int32Array(graph.size)
    this.via = new Int32Array(graph.size)
    this.distance = new Int32Array(graph.size)
    this.budget = budget
  }

  get exhausted(): boolean {
    return this.budget <= 0
  }

  /**
   * The way with the fewest edges that are not passed through a helper; `undefined` when there is none, or none with
   * fewer than `limit` of them. It is searched to its end even if that overdraws the budget.
   */
  find(start: number, goal: number, limit: number = Infinity): readonly Hop[] | undefined {
    this.search++
    this.reach(start, -1, -1, 0)
    let level = [start]
    while (level.length > 0) {
      const next: number[] = []
      // Passing on costs nothing, so the level grows while it is gone through.
      for (let at = 0; at < level.length; at++) {
        const vertex = level[at]!
        if (vertex === goal) return this.wayTo(goal)
        this.expand(vertex, level, next)
      }
      if (next.length > 0 && this.distance[next[0]!]! >= limit) return undefined
      level = next
    }
    return undefined
  }

  private expand(vertex: number, level: number[], next: number[]): void {
    const { offsets, targets, kinds } = this.graph
    const end = offsets[vertex + 1]!
    this.budget -= end - offsets[vertex]! + 1
    for (let at = offsets[vertex]!; at < end; at++) {
      const target = targets[at]!
      const cost = kinds[at] === edge.pass ? 0 : 1
      const distance = this.distance[vertex]! + cost
      if (this.reached[target] === this.search && this.distance[target]! <= distance) continue
      this.reach(target, vertex, at, distance)
      if (cost === 0) level.push(target)
      else next.push(target)
    }
  }

  private reach(vertex: number, from: number, via: number, distance: number): void {
    this.reached[vertex] = this.search
    this.from[vertex] = from
    this.via[vertex] = via
    this.distance[vertex] = distance
  }

  private wayTo(goal: number): readonly Hop[] {
    const hops: Hop[] = []
    for (let at = goal; this.via[at]! >= 0; at = this.from[at]!) {
      hops.push({ to: at, kind: this.graph.kinds[this.via[at]!]! })
    }
    return hops.reverse()
  }
}
