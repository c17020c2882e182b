import type { Znode } from './node.ts'
import type { ZnodeRecord } from './record.ts'

/** A node as it was. */
export interface FrozenNode {
  readonly path: string
  readonly record: ZnodeRecord
}

/**
 * A tree as it was at one moment, read while the tree goes on. Nothing is copied when it is taken: it walks the living
 * nodes, and a node that is about to change or go before the walk has come to it hands over its record first.
 *
 * This works because a record is never altered, because a map gives its entries in the order in which they were added,
 * entries deleted ahead left out and entries added meanwhile at the end, and because a node made again is a new node.
 */
export class FrozenTree {
  /** How many nodes it has. */
  readonly size: number
  private readonly nodes: ReadonlyMap<string, Znode>
  /** Records of a later generation were made after this was taken. */
  private readonly generation: number
  /** Nodes from this sequence on were made after this was taken. */
  private readonly end: number
  /** Nodes up to this sequence have been walked over. */
  private walked = -1
  private readonly kept: FrozenNode[] = []

  constructor(nodes: ReadonlyMap<string, Znode>, generation: number, end: number) {
    this.size = nodes.size
    this.nodes = nodes
    this.generation = generation
    this.end = end
  }

  /** To be called before a node's record is replaced or the node deleted. */
  preserve(node: Znode): void {
    const { record } = node
    // A later record: either the node is new, or its record of then has been kept.
    if (record.generation > this.generation || node.sequence <= this.walked) return
    this.kept.push({ path: node.path, record })
  }

  /** All nodes, in no particular order. */
  *walk(): Generator<FrozenNode, void, void> {
    for (const node of this.nodes.values()) {
      if (node.sequence >= this.end) break
      this.walked = node.sequence
      if (node.record.generation <= this.generation) yield { path: node.path, record: node.record }
    }
    this.walked = this.end
    yield* this.kept
  }
}
