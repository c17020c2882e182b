import type { SessionId } from '../api/stat.ts'

/** What an operation must know of a node to be judged. */
export interface NodeView {
  readonly version: number
  /** How many children were ever created, 32 bits. */
  readonly creates: number
  readonly childCount: number
  readonly ephemeralOwner: SessionId
}

/** A tree to judge operations by: the real one, or one with the effects of a multi's earlier operations. */
export interface TreeView {
  node(path: string): NodeView | undefined
}
