import { assert } from '@quorate/core'
import type { NodeView, TreeView } from '../tree/tree-view.ts'
import type { Effect } from './effects.ts'

type StagedNode = { -readonly [Field in keyof NodeView]: NodeView[Field] }

/** A tree as it would be with the effects of a multi's operations so far. */
export class StagedTree implements TreeView {
  private readonly base: TreeView
  /** Nodes that would be other than in the base; `undefined` if deleted. */
  private readonly staged = new Map<string, StagedNode | undefined>()

  constructor(base: TreeView) {
    this.base = base
  }

  node(path: string): NodeView | undefined {
    return this.staged.has(path) ? this.staged.get(path) : this.base.node(path)
  }

  /** Adds an effect that was prepared on this tree. */
  stage(effect: Effect): void {
    switch (effect.type) {
      case 'create': {
        const { ephemeralOwner } = effect
        this.staged.set(effect.path, { version: 0, creates: 0, childCount: 0, ephemeralOwner })
        const parent = this.own(effect.parent)
        parent.creates = (parent.creates + 1) | 0
        parent.childCount++
        return
      }
      case 'setData':
        this.own(effect.path).version = effect.version
        return
      case 'delete':
        this.staged.set(effect.path, undefined)
        this.own(effect.parent).childCount--
        return
      case 'check':
        return
    }
  }

  private own(path: string): StagedNode {
    const found = this.node(path)
    assert(found !== undefined, 'an effect on a node that is not there', { path })
    const { version, creates, childCount, ephemeralOwner } = found
    const own = { version, creates, childCount, ephemeralOwner }
    this.staged.set(path, own)
    return own
  }
}
