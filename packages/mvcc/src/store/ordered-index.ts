import * as sortedBTree from 'sorted-btree'
import type { KeyRange, KeyText } from './key-text.ts'

type Tree<V> = sortedBTree.default<KeyText, V>
type TreeConstructor = new <V>(entries: undefined, compare: (a: KeyText, b: KeyText) => number) => Tree<V>

// The package is CommonJS: Node gives its `exports` as the default, so that the class is `default.default`, while
// bundlers give the class itself. Its types say only one of these.
const found = sortedBTree.default as unknown as TreeConstructor & { readonly default?: TreeConstructor }
const BTree: TreeConstructor = found.default ?? found

function compare(a: KeyText, b: KeyText): number {
  return a < b ? -1 : a > b ? 1 : 0
}

/** A map ordered by key: the only place that knows the B-tree library. */
export class OrderedIndex<V> {
  private readonly tree: Tree<V>

  constructor(tree: Tree<V> = new BTree<V>(undefined, compare)) {
    this.tree = tree
  }

  get size(): number {
    return this.tree.size
  }

  get(key: KeyText): V | undefined {
    return this.tree.get(key)
  }

  set(key: KeyText, value: V): void {
    this.tree.set(key, value)
  }

  delete(key: KeyText): void {
    this.tree.delete(key)
  }

  /** Calls `visit` for each entry of the range, in key order. `visit` must not change the index. */
  forRange(range: KeyRange, visit: (value: V, key: KeyText) => void): void {
    const { from, to } = range
    if (to !== undefined && to <= from) return
    const high = to ?? this.tree.maxKey()
    if (high === undefined) return
    this.tree.forRange(from, high, to === undefined, (key, value) => visit(value, key))
  }

  /**
   * The entries as they are now, in key order, whatever is added and removed afterwards. Costs nothing: the nodes are
   * shared, and copied one by one when they change.
   */
  frozenValues(): Iterator<V> {
    return this.tree.clone().values()
  }
}
