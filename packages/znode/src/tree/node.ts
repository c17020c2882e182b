import type { SessionId, Stat } from '../api/stat.ts'
import type { NodeView } from './tree-view.ts'
import type { ZnodeRecord } from './record.ts'

const noChildren: ReadonlySet<string> = /* @__PURE__ */ new Set<string>()

/** A node in the tree. */
export class Znode implements NodeView {
  readonly path: string
  /** Its place in the order in which the nodes of this tree in this process were made. Not part of the state. */
  readonly sequence: number
  record: ZnodeRecord
  private names: Set<string> | undefined

  constructor(path: string, sequence: number, record: ZnodeRecord) {
    this.path = path
    this.sequence = sequence
    this.record = record
  }

  /** The names of its children, in no order that may be shown. */
  get children(): ReadonlySet<string> {
    return this.names ?? noChildren
  }

  get childCount(): number {
    return this.names?.size ?? 0
  }

  get version(): number {
    return this.record.version
  }

  get creates(): number {
    return this.record.creates
  }

  get ephemeralOwner(): SessionId {
    return this.record.ephemeralOwner
  }

  addChild(name: string): void {
    // Most nodes are leaves: they do without a set.
    this.names ??= new Set()
    this.names.add(name)
  }

  removeChild(name: string): void {
    this.names?.delete(name)
    if (this.names?.size === 0) this.names = undefined
  }

  stat(): Stat {
    const { czxid, mzxid, pzxid, ctime, mtime, version, creates, aversion, ephemeralOwner, data } =
      this.record
    const numChildren = this.childCount
    return {
      czxid,
      mzxid,
      pzxid,
      ctime,
      mtime,
      version,
      // ZooKeeper counts creates only and tells clients this: creates plus deletes. `DataNode.copyStat`.
      cversion: (2 * creates - numChildren) | 0,
      aversion,
      ephemeralOwner,
      dataLength: data?.length ?? 0,
      numChildren,
    }
  }
}
