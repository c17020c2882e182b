import type { Zxid } from './zxid.ts'

/**
 * What watches are told, in ZooKeeper's order: a create or delete is that of the node itself, then `childrenChanged`
 * of its parent. A watch on the children of a node that is deleted is served by `deleted`.
 */
export interface ZnodeChange {
  readonly type: 'created' | 'deleted' | 'dataChanged' | 'childrenChanged'
  readonly path: string
  readonly zxid: Zxid
}
