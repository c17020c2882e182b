/** Kinds of edges, as bits. */
export const edge = {
  ww: 1,
  wr: 2,
  rw: 4,
  process: 8,
  realtime: 16,
  /**
   * From a helper vertex on. A helper stands between many transactions and many others, so that their edges need not
   * be drawn one by one; the edge into it says of which kind the whole way is.
   */
  pass: 32,
} as const

/** A directed graph whose edges have kinds, packed: the edges of vertex `v` are `offsets[v] … offsets[v + 1]`. */
export interface Graph {
  readonly size: number
  readonly offsets: Int32Array
  readonly targets: Int32Array
  readonly kinds: Uint8Array
}

/** Collects edges, and packs them. Edges of one vertex stay in order of addition. */
export class GraphBuilder {
  private size: number
  private count = 0
  private from: Int32Array = new Int32Array(1 << 4)
  private to: Int32Array = new Int32Array(1 << 4)
  private kind: Uint8Array = new Uint8Array(1 << 4)

  constructor(size: number) {
    this.size = size
  }

  /** A helper vertex. */
  addVertex(): number {
    return this.size++
  }

  addEdge(from: number, to: number, kind: number): void {
    if (this.count === this.from.length) this.grow()
    this.from[this.count] = from
    this.to[this.count] = to
    this.kind[this.count++] = kind
  }

  build(): Graph {
    const offsets = new Int32Array(this.size + 1)
    for (let at = 0; at < this.count; at++) offsets[this.from[at]! + 1]!++
    for (let vertex = 0; vertex < this.size; vertex++) offsets[vertex + 1]! += offsets[vertex]!
    const next = offsets.slice()
    const targets = new Int32Array(this.count)
    const kinds = new Uint8Array(this.count)
    for (let at = 0; at < this.count; at++) {
      const place = next[this.from[at]!]!++
      targets[place] = this.to[at]!
      kinds[place] = this.kind[at]!
    }
    return { size: this.size, offsets, targets, kinds }
  }

  private grow(): void {
    const wider = (old: Int32Array): Int32Array => {
      const array = new Int32Array(old.length * 2)
      array.set(old)
      return array
    }
    this.from = wider(this.from)
    this.to = wider(this.to)
    const kind = new Uint8Array(this.kind.length * 2)
    kind.set(this.kind)
    this.kind = kind
  }
}

/** Part of a graph, with the names that its vertices have in the whole. */
export interface Subgraph {
  readonly graph: Graph
  readonly names: Int32Array
}

/** For each group of vertices, these and the edges among them that are of one of the kinds in `mask`. */
export function split(
  { graph, names }: Subgraph,
  groups: readonly (readonly number[])[],
  mask: number,
): readonly Subgraph[] {
  const groupOf = new Int32Array(graph.size).fill(-1)
  const numbers = new Int32Array(graph.size)
  for (const [group, members] of groups.entries()) {
    for (const [number, member] of members.entries()) {
      groupOf[member] = group
      numbers[member] = number
    }
  }
  return groups.map((members, group) => {
    const builder = new GraphBuilder(members.length)
    for (const [number, member] of members.entries()) {
      for (let at = graph.offsets[member]!; at < graph.offsets[member + 1]!; at++) {
        const target = graph.targets[at]!
        const kind = graph.kinds[at]!
        if (groupOf[target] === group && (kind & mask) !== 0) {
          builder.addEdge(number, numbers[target]!, kind)
        }
      }
    }
    return { graph: builder.build(), names: Int32Array.from(members, (member) => names[member]!) }
  })
}

/** A whole graph as part of itself. */
export function whole(graph: Graph): Subgraph {
  return { graph, names: Int32Array.from({ length: graph.size }, (_, vertex) => vertex) }
}
