import type { ZnodeQuery } from '../api/queries.ts'
import type { ZnodeAnswer } from '../api/results.ts'
import { rootPath } from '../tree/path.ts'
import type { Progress } from '../tree/progress.ts'
import type { ZnodeTree } from '../tree/tree.ts'

/** Answers a query. */
export function read(tree: ZnodeTree, progress: Progress, query: ZnodeQuery): ZnodeAnswer {
  const { zxid, time } = progress
  if (query.type === 'status') return { type: 'status', zxid, time, nodes: tree.size }
  // ZooKeeper: only `exists` looks at the path at all, and only for this.
  if (query.type === 'exists' && query.path.includes('\0'))
    return { type: 'error', zxid, error: 'BADARGUMENTS' }
  const node = tree.node(query.path === '' ? rootPath : query.path)
  if (node === undefined) return { type: 'error', zxid, error: 'NONODE' }
  const stat = node.stat()
  switch (query.type) {
    case 'exists':
      return { type: 'exists', zxid, stat }
    case 'getData':
      return { type: 'getData', zxid, data: node.record.data, stat }
    case 'getChildren':
      // Sorted: the order of a set depends on the order of creates, which a snapshot does not keep.
      return { type: 'getChildren', zxid, children: [...node.children].sort(), stat }
  }
}
