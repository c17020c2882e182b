/**
 * Reads. A path that is not well-formed names a node that does not exist; an empty one names the root, as in
 * ZooKeeper.
 */
export interface ExistsQuery {
  readonly type: 'exists'
  readonly path: string
}

export interface GetDataQuery {
  readonly type: 'getData'
  readonly path: string
}

export interface GetChildrenQuery {
  readonly type: 'getChildren'
  readonly path: string
}

/** Asks for the tree's own numbers. */
export interface StatusQuery {
  readonly type: 'status'
}

export type ZnodeQuery = ExistsQuery | GetDataQuery | GetChildrenQuery | StatusQuery
