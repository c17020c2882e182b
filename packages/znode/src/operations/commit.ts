import { copyBytes } from '@quorate/codec'
import type { ChangeSink } from '@quorate/core'
import type { ZnodeChange } from '../api/changes.ts'
import type { CreateResult, DeleteResult, SetDataResult } from '../api/results.ts'
import type { Moment, ZnodeTree } from '../tree/tree.ts'
import type { WriteEffect } from './effects.ts'

export type WriteResult = CreateResult | SetDataResult | DeleteResult

/** Carries out an effect that was prepared on this tree. The order of the changes is `DataTree`'s. */
export function commit(
  tree: ZnodeTree,
  effect: WriteEffect,
  at: Moment,
  changes: ChangeSink<ZnodeChange>,
): WriteResult {
  const { zxid } = at
  switch (effect.type) {
    case 'create': {
      const { path, parent } = effect
      const node = tree.create(path, ownData(effect.data), effect.ephemeralOwner, at)
      changes.push({ type: 'created', path, zxid })
      changes.push({ type: 'childrenChanged', path: parent, zxid })
      return { type: 'create', zxid, path, stat: node.stat() }
    }
    case 'setData': {
      const node = tree.setData(effect.path, ownData(effect.data), effect.version, at)
      changes.push({ type: 'dataChanged', path: effect.path, zxid })
      return { type: 'setData', zxid, stat: node.stat() }
    }
    case 'delete':
      tree.delete(effect.path, at)
      changes.push({ type: 'deleted', path: effect.path, zxid })
      changes.push({ type: 'childrenChanged', path: effect.parent, zxid })
      return { type: 'delete', zxid }
  }
}

/** A command's data is a view of the frame it came in: the tree keeps a copy, not the frame. */
function ownData(data: Uint8Array | null): Uint8Array | null {
  return data === null ? null : copyBytes(data)
}
