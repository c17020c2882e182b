import type { Zxid } from './zxid.ts'

/** ZooKeeper's names and numbers of the errors that this machine can give. */
export const znodeErrorNumbers = {
  /** Only within a multi that failed: the operation came before the one that did. */
  OK: 0,
  /** Only within a multi that failed: the operation came after the one that did. */
  RUNTIMEINCONSISTENCY: -2,
  /** The path is not one, or the node is one that cannot be deleted. */
  BADARGUMENTS: -8,
  /** The node, or the parent of one to be created or deleted, does not exist. */
  NONODE: -101,
  /** The node has another version than the command expects. */
  BADVERSION: -103,
  /** The parent is ephemeral. */
  NOCHILDRENFOREPHEMERALS: -108,
  NODEEXISTS: -110,
  /** The node has children. */
  NOTEMPTY: -111,
} as const

export type ZnodeErrorCode = keyof typeof znodeErrorNumbers

/** A refusal: a result or answer like any other. It changed nothing, though a refused command uses its zxid. */
export interface ZnodeError {
  readonly type: 'error'
  /** The command's; of a query: the last applied one. */
  readonly zxid: Zxid
  readonly error: ZnodeErrorCode
}
