/** In a command: whatever version the node has. */
export const anyVersion = -1

/** How a node is created. Grows by ZooKeeper's other modes (ephemeral, container, with time to live). */
export type CreateMode = 'PERSISTENT' | 'PERSISTENT_SEQUENTIAL'

/**
 * Creates a node. A sequential one gets the number of nodes ever created under its parent as ten digits at the end of
 * its name; its path may end with a slash.
 */
export interface CreateCommand {
  readonly type: 'create'
  readonly path: string
  /** `null` is kept apart from no bytes, as in ZooKeeper. */
  readonly data: Uint8Array | null
  readonly mode: CreateMode
}

/** Sets a node's data. */
export interface SetDataCommand {
  readonly type: 'setData'
  readonly path: string
  readonly data: Uint8Array | null
  /** The version that the node must have, or {@link anyVersion}. 32 bits. */
  readonly version: number
}

/** Deletes a node that has no children. */
export interface DeleteCommand {
  readonly type: 'delete'
  readonly path: string
  /** The version that the node must have, or {@link anyVersion}. 32 bits. */
  readonly version: number
}

/** Within a multi: changes nothing, but fails if the node does not have this version. */
export interface CheckOperation {
  readonly type: 'check'
  readonly path: string
  /** The version that the node must have; {@link anyVersion}: it must exist. 32 bits. */
  readonly version: number
}

export type MultiOperation = CreateCommand | SetDataCommand | DeleteCommand | CheckOperation

/** Several operations as one: all of them, in order and with one zxid, or none. Later ones see earlier ones. */
export interface MultiCommand {
  readonly type: 'multi'
  readonly operations: readonly MultiOperation[]
}

export type ZnodeCommand = CreateCommand | SetDataCommand | DeleteCommand | MultiCommand
