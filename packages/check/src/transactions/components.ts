import type { Graph } from './graph.ts'

/**
 * The strongly connected components of more than one vertex, that is, all vertices that lie on a cycle (Tarjan,
 * "Depth-first search and linear graph algorithms", 1972), without recursion, by edges of the kinds in `mask`.
 */
export function components(graph: Graph, mask: number): readonly (readonly number[])[] {
  return new Components(graph, mask).found
}

/**
 * A number for each vertex, such that along every edge of a kind in `mask` it grows or, within a component, stays the
 * same.
 */
export function componentRanks(graph: Graph, mask: number): Int32Array {
  return new Components(graph, mask).ranks
}

const unvisited = 0

class Components {
  readonly found: number[][] = []
  /** Components are closed in the reverse of their order. */
  readonly ranks: Int32Array
  private closed = 0
  private readonly graph: Graph
  private readonly mask: number
  /** Order of first visit, from 1; and the least such that is known to be reachable. */
  private readonly index: Int32Array
  private readonly low: Int32Array
  private readonly waits: Uint8Array
  private readonly waiting: Int32Array
  private waitingCount = 0
  /** The way from the root to where the walk is, and the next edge of each vertex on it. */
  private readonly path: Int32Array
  private readonly nextEdge: Int32Array
  private visits = 0

  constructor(graph: Graph, mask: number) {
    const { size } = graph
    this.graph = graph
    this.mask = mask
    this.ranks = new Int32Array(size)
    this.index = new Int32Array(size)
    this.low = new Int32Array(size)
    this.waits = new Uint8Array(size)
    this.waiting = new Int32Array(size)
    this.path = new Int32Array(size)
    this.nextEdge = new Int32Array(size)
    for (let root = 0; root < size; root++) if (this.index[root] === unvisited) this.walkFrom(root)
  }

  private walkFrom(root: number): void {
    let depth = 0
    this.path[0] = root
    this.enter(root)
    while (depth >= 0) {
      const vertex = this.path[depth]!
      const next = this.nextUnvisited(vertex)
      if (next >= 0) {
        this.enter(next)
        this.path[++depth] = next
        continue
      }
      if (this.low[vertex] === this.index[vertex]) this.close(vertex)
      depth--
      if (depth >= 0) this.lower(this.path[depth]!, this.low[vertex]!)
    }
  }

  private enter(vertex: number): void {
    this.index[vertex] = ++this.visits
    this.low[vertex] = this.visits
    this.nextEdge[vertex] = this.graph.offsets[vertex]!
    this.waits[vertex] = 1
    this.waiting[this.waitingCount++] = vertex
  }

  /** Goes on along the vertex's edges up to one that leads to a vertex not visited yet; -1 after the last. */
  private nextUnvisited(vertex: number): number {
    const { offsets, targets, kinds } = this.graph
    const end = offsets[vertex + 1]!
    for (let at = this.nextEdge[vertex]!; at < end; at++) {
      if ((kinds[at]! & this.mask) === 0) continue
      const target = targets[at]!
      if (this.index[target] === unvisited) {
        this.nextEdge[vertex] = at + 1
        return target
      }
      if (this.waits[target] === 1) this.lower(vertex, this.index[target]!)
    }
    this.nextEdge[vertex] = end
    return -1
  }

  private lower(vertex: number, index: number): void {
    if (index < this.low[vertex]!) this.low[vertex] = index
  }

  /** The vertex is the first of its component, and all that wait since are the others. */
  private close(vertex: number): void {
    const members: number[] = []
    this.closed++
    for (let member = -1; member !== vertex;) {
      member = this.waiting[--this.waitingCount]!
      this.waits[member] = 0
      this.ranks[member] = -this.closed
      members.push(member)
    }
    if (members.length > 1) this.found.push(members.sort((a, b) => a - b))
  }
}
