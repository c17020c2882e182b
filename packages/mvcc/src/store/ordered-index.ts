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

/** Keys that are found without a search: those that were used last, one for each place. A power of two. */
const places = 1024
/** So much of the end of a key decides on its place. */
const hashedUnits = 12

function listOf<T>(length: number): (T | undefined)[] {
  return Array.from({ length })
}

function placeOf(key: KeyText): number {
  let hash = key.length
  for (let i = Math.max(0, key.length - hashedUnits); i < key.length; i++)
    hash = (Math.imul(hash, 31) + key.charCodeAt(i)) | 0
  return (hash ^ (hash >>> 10)) & (places - 1)
}

/** A map ordered by key: the only place that knows the B-tree library. */
export class OrderedIndex<V> {
  private readonly tree: Tree<V>
  private readonly recentKeys: (KeyText | undefined)[] = listOf(places)
  private readonly recentValues: (V | undefined)[] = listOf(places)

  constructor(tree: Tree<V> = new BTree<V>(undefined, compare)) {
    this.tree = tree
  }

  get size(): number {
    return this.tree.size
  }

  get(key: KeyText): V | undefined {
    const place = placeOf(key)
    if (this.recentKeys[place] === key) return this.recentValues[place]
    const value = this.tree.get(key)
    if (value !== undefined) this.remember(place, key, value)
    return value
  }

  set(key: KeyText, value: V): void {
    this.tree.set(key, value)
    this.remember(placeOf(key), key, value)
  }

  delete(key: KeyText): void {
    this.tree.delete(key)
    const place = placeOf(key)
    if (this.recentKeys[place] === key) this.remember(place, undefined, undefined)
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

  private remember(place: number, key: KeyText | undefined, value: V | undefined): void {
    this.recentKeys[place] = key
    this.recentValues[place] = value
  }
}
