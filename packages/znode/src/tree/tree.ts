import { assert } from '@quorate/core'
import { noSession, type SessionId } from '../api/stat.ts'
import { zeroZxid, type Zxid } from '../api/zxid.ts'
import { FrozenTree } from './frozen-tree.ts'
import { Znode } from './node.ts'
import { nameOf, parentOf, reservedPaths } from './path.ts'
import { withData, withFields, type ZnodeRecord } from './record.ts'
import type { TreeView } from './tree-view.ts'

/** When a change is made. */
export interface Moment {
  readonly zxid: Zxid
  readonly time: number
}

/** The nodes by path. Knows nothing of commands, and asserts what they must have checked. */
export class ZnodeTree implements TreeView {
  private readonly nodes = new Map<string, Znode>()
  /** The sum of the hashes of all records. */
  private hashes = 0
  private generation = 0
  private nextSequence = 0
  private readonly frozen = new Set<FrozenTree>()

  get size(): number {
    return this.nodes.size
  }

  /** The order-free part of the digest: a 32-bit sum over all nodes. */
  get hashSum(): number {
    return this.hashes
  }

  /** The node of exactly this path. */
  node(path: string): Znode | undefined {
    return this.nodes.get(path)
  }

  /** Creates a node whose parent exists. The tree keeps `data`. */
  create(path: string, data: Uint8Array | null, ephemeralOwner: SessionId, at: Moment): Znode {
    const { zxid, time } = at
    const fields = {
      czxid: zxid,
      mzxid: zxid,
      pzxid: zxid,
      ctime: time,
      mtime: time,
      version: 0,
      creates: 0,
      aversion: 0,
      ephemeralOwner,
    }
    const node = this.add(path, withData(path, fields, data, this.generation))
    const parent = this.existing(parentOf(path))
    parent.addChild(nameOf(path))
    const { record } = parent
    const creates = (record.creates + 1) | 0
    this.replace(parent, withFields(record, { ...record, pzxid: zxid, creates }, this.generation))
    return node
  }

  /** Deletes a node that exists and has no children. */
  delete(path: string, at: Moment): void {
    const node = this.existing(path)
    assert(node.childCount === 0, 'a node with children is deleted', { path })
    this.preserve(node)
    this.nodes.delete(path)
    this.hashes = (this.hashes - node.record.hash) | 0
    const parent = this.existing(parentOf(path))
    parent.removeChild(nameOf(path))
    this.replace(parent, withFields(parent.record, { ...parent.record, pzxid: at.zxid }, this.generation))
  }

  /** Sets the data and version of a node that exists. The tree keeps `data`. */
  setData(path: string, data: Uint8Array | null, version: number, at: Moment): Znode {
    const node = this.existing(path)
    const fields = { ...node.record, mzxid: at.zxid, mtime: at.time, version }
    this.replace(node, withData(path, fields, data, this.generation))
    return node
  }

  /** Adds a node as it is, without regard to its parent: for the first nodes and those of a snapshot. */
  add(path: string, record: ZnodeRecord): Znode {
    assert(!this.nodes.has(path), 'a node is made twice', { path })
    const node = new Znode(path, this.nextSequence++, record)
    this.nodes.set(path, node)
    this.hashes = (this.hashes + record.hash) | 0
    return node
  }

  /** Enters every node among its parent's children. Returns the path of one that has no parent, if any has none. */
  link(): string | undefined {
    for (const path of this.nodes.keys()) {
      if (path === '/') continue
      const parent = this.nodes.get(parentOf(path) ?? '')
      if (parent === undefined) return path
      parent.addChild(nameOf(path))
    }
    return undefined
  }

  /** A node for which `test` holds, if there is one. */
  find(test: (node: Znode) => boolean): Znode | undefined {
    for (const node of this.nodes.values()) if (test(node)) return node
    return undefined
  }

  /** The tree as it is now, to be read while it changes. Costs nothing to take. To be thawed exactly once. */
  freeze(): FrozenTree {
    const frozen = new FrozenTree(this.nodes, this.generation, this.nextSequence)
    this.frozen.add(frozen)
    this.generation++
    return frozen
  }

  thaw(frozen: FrozenTree): void {
    this.frozen.delete(frozen)
  }

  private existing(path: string | undefined): Znode {
    const node = path === undefined ? undefined : this.nodes.get(path)
    assert(node !== undefined, 'there is no such node', { path })
    return node
  }

  private replace(node: Znode, record: ZnodeRecord): void {
    this.preserve(node)
    this.hashes = (this.hashes - node.record.hash + record.hash) | 0
    node.record = record
  }

  private preserve(node: Znode): void {
    if (this.frozen.size === 0) return
    for (const frozen of this.frozen) frozen.preserve(node)
  }
}

/** The tree before the first command: the reserved nodes, with a stat of zeros. ZooKeeper: `DataTree`. */
export function initialTree(): ZnodeTree {
  const tree = new ZnodeTree()
  const fields = {
    czxid: zeroZxid,
    mzxid: zeroZxid,
    pzxid: zeroZxid,
    ctime: 0,
    mtime: 0,
    version: 0,
    creates: 0,
    aversion: 0,
    ephemeralOwner: noSession,
  }
  for (const path of reservedPaths) tree.add(path, withData(path, fields, new Uint8Array(0), 0))
  tree.link()
  return tree
}
