import type { ApplyContext } from '@quorate/core'
import type {
  MultiOperation,
  MultiOperationResult,
  Stat,
  ZnodeAnswer,
  ZnodeChange,
  ZnodeCommand,
  ZnodeErrorCode,
  ZnodeQuery,
  ZnodeResult,
  Zxid,
} from '../../src/index.ts'

interface Node {
  readonly data: Uint8Array | null
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  readonly creates: number
}

const zero: Zxid = { epoch: 0, counter: 0 }
// oxlint-disable-next-line no-control-regex
const forbidden = /[\0-\x1f\x7f-\x9f\ud800-\uf8ff\ufff0-\uffff]/

/** The rules of the tree in the plainest words: a map from path to node, copied whole before every command. */
export class NaiveModel {
  private nodes = new Map<string, Node>()
  private zxid = zero
  private time = 0
  changes: ZnodeChange[] = []

  constructor() {
    const node = { czxid: zero, mzxid: zero, pzxid: zero, ctime: 0, mtime: 0, version: 0, creates: 0 }
    for (const path of ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']) {
      this.nodes.set(path, { ...node, data: new Uint8Array(0) })
    }
  }

  apply(command: ZnodeCommand, at: ApplyContext): ZnodeResult {
    this.changes = []
    const sameEpoch = at.epoch <= this.zxid.epoch
    this.zxid = sameEpoch
      ? { epoch: this.zxid.epoch, counter: this.zxid.counter + 1 }
      : { epoch: at.epoch, counter: 1 }
    this.time = Math.max(this.time, at.time)
    if (command.type === 'multi') return this.multi(command.operations)
    const result = this.one(command)
    if (typeof result === 'string') return this.error(result)
    if (result.type === 'check') throw new Error('no check stands alone')
    return result
  }

  query(query: ZnodeQuery): ZnodeAnswer {
    const { zxid, time } = this
    if (query.type === 'status') return { type: 'status', zxid, time, nodes: this.nodes.size }
    if (query.type === 'exists' && query.path.includes('\0')) return this.error('BADARGUMENTS')
    const path = query.path === '' ? '/' : query.path
    const node = this.nodes.get(path)
    if (node === undefined) return this.error('NONODE')
    const stat = this.stat(path)
    if (query.type === 'exists') return { type: 'exists', zxid, stat }
    if (query.type === 'getData') return { type: 'getData', zxid, data: node.data, stat }
    const children = this.children(path).map((child) => child.split('/').at(-1)!)
    return { type: 'getChildren', zxid, children: children.sort(), stat }
  }

  private multi(operations: readonly MultiOperation[]): ZnodeResult {
    const { zxid } = this
    const before = new Map(this.nodes)
    const results: MultiOperationResult[] = []
    for (const operation of operations) {
      const result = this.one(operation)
      if (typeof result !== 'string') {
        results.push(result)
        continue
      }
      this.nodes = before
      this.changes = []
      const errors = operations.map((_, i) => {
        return this.error(i < results.length ? 'OK' : i === results.length ? result : 'RUNTIMEINCONSISTENCY')
      })
      return { type: 'multi', zxid, committed: false, results: errors }
    }
    return { type: 'multi', zxid, committed: true, results }
  }

  private one(operation: MultiOperation): Exclude<MultiOperationResult, { type: 'error' }> | ZnodeErrorCode {
    const { zxid, time } = this
    const { path } = operation
    const node = this.nodes.get(path)
    switch (operation.type) {
      case 'create': {
        const parentPath = parentOf(path)
        if (parentPath === undefined || path.includes('\0')) return 'BADARGUMENTS'
        const parent = this.nodes.get(parentPath)
        if (parent === undefined) return 'NONODE'
        const number = String(parent.creates).padStart(10, '0')
        const full = operation.mode === 'PERSISTENT_SEQUENTIAL' ? path + number : path
        if (!valid(full)) return 'BADARGUMENTS'
        if (this.nodes.has(full)) return 'NODEEXISTS'
        const stamps = { czxid: zxid, mzxid: zxid, pzxid: zxid, ctime: time, mtime: time }
        this.nodes.set(full, { ...stamps, data: operation.data, version: 0, creates: 0 })
        this.nodes.set(parentPath, { ...parent, creates: parent.creates + 1, pzxid: zxid })
        this.changes.push(
          { type: 'created', path: full, zxid },
          { type: 'childrenChanged', path: parentPath, zxid },
        )
        return { type: 'create', zxid, path: full, stat: this.stat(full) }
      }
      case 'delete': {
        const parentPath = parentOf(path)
        const special = ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config'].includes(path)
        if (parentPath === undefined || path.includes('\0') || special) return 'BADARGUMENTS'
        const parent = this.nodes.get(parentPath)
        if (parent === undefined || node === undefined) return 'NONODE'
        if (operation.version !== -1 && operation.version !== node.version) return 'BADVERSION'
        if (this.children(path).length > 0) return 'NOTEMPTY'
        this.nodes.delete(path)
        this.nodes.set(parentPath, { ...parent, pzxid: zxid })
        this.changes.push(
          { type: 'deleted', path, zxid },
          { type: 'childrenChanged', path: parentPath, zxid },
        )
        return { type: 'delete', zxid }
      }
      case 'setData':
      case 'check': {
        if (!valid(path)) return 'BADARGUMENTS'
        if (node === undefined) return 'NONODE'
        if (operation.version !== -1 && operation.version !== node.version) return 'BADVERSION'
        if (operation.type === 'check') return { type: 'check', zxid }
        const { data } = operation
        this.nodes.set(path, { ...node, data, version: node.version + 1, mzxid: zxid, mtime: time })
        this.changes.push({ type: 'dataChanged', path, zxid })
        return { type: 'setData', zxid, stat: this.stat(path) }
      }
    }
  }

  private children(path: string): string[] {
    return [...this.nodes.keys()].filter((other) => other !== '/' && parentOf(other) === path)
  }

  private stat(path: string): Stat {
    const { data, creates, ...node } = this.nodes.get(path)!
    const numChildren = this.children(path).length
    return {
      ...node,
      cversion: 2 * creates - numChildren,
      aversion: 0,
      ephemeralOwner: '0x0',
      dataLength: data?.length ?? 0,
      numChildren,
    }
  }

  private error(error: ZnodeErrorCode) {
    return { type: 'error', zxid: this.zxid, error } as const
  }
}

function parentOf(path: string): string | undefined {
  const parts = path.split('/')
  if (parts.length === 1) return undefined
  return parts.slice(0, -1).join('/') || '/'
}

function valid(path: string): boolean {
  if (path === '/') return true
  const [first, ...names] = path.split('/')
  if (first !== '' || names.length === 0 || forbidden.test(path)) return false
  return names.every((name) => name !== '' && name !== '.' && name !== '..')
}
