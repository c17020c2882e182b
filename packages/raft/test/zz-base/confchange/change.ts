import type { NodeId } from '@quorate/core'

/**
 * One change of one node's part in a membership.
 * - `voter`: it becomes one, whatever it was.
 * - `learner`: it becomes an observer; a voter ceases to be one.
 * - `remove`: it takes no part any more.
 * - `update`: something outside of the membership changes: nothing here.
 *
 * A change that is so already changes nothing, so a list of them can be repeated.
 */
export interface Change {
  readonly type: 'voter' | 'learner' | 'remove' | 'update'
  readonly node: NodeId
}
