import type { ZnodeError } from './errors.ts'
import type { Stat } from './stat.ts'
import type { Zxid } from './zxid.ts'

/** A create's result. */
export interface CreateResult {
  readonly type: 'create'
  readonly zxid: Zxid
  /** The path of the node, with its number if it is sequential. */
  readonly path: string
  readonly stat: Stat
}

/** A setData's result. */
export interface SetDataResult {
  readonly type: 'setData'
  readonly zxid: Zxid
  readonly stat: Stat
}

/** A delete's result. */
export interface DeleteResult {
  readonly type: 'delete'
  readonly zxid: Zxid
}

/** Within a multi: a check that held. */
export interface CheckResult {
  readonly type: 'check'
  readonly zxid: Zxid
}

export type MultiOperationResult = CreateResult | SetDataResult | DeleteResult | CheckResult | ZnodeError

/** A multi's result. A multi that fails is a result of this type too, as in ZooKeeper. */
export interface MultiResult {
  readonly type: 'multi'
  readonly zxid: Zxid
  /** Were the operations carried out? */
  readonly committed: boolean
  /**
   * One for each operation. If not committed, all are errors: `OK` before the one that failed, its own, and
   * `RUNTIMEINCONSISTENCY` after it.
   */
  readonly results: readonly MultiOperationResult[]
}

export type ZnodeResult = CreateResult | SetDataResult | DeleteResult | MultiResult | ZnodeError

/** All answers carry the zxid of the last command applied. */
export interface ExistsAnswer {
  readonly type: 'exists'
  readonly zxid: Zxid
  readonly stat: Stat
}

export interface GetDataAnswer {
  readonly type: 'getData'
  readonly zxid: Zxid
  /** Belongs to the tree: read it, do not change it. */
  readonly data: Uint8Array | null
  readonly stat: Stat
}

export interface GetChildrenAnswer {
  readonly type: 'getChildren'
  readonly zxid: Zxid
  /** Names, not paths, ordered by UTF-16 unit. (ZooKeeper promises no order.) */
  readonly children: readonly string[]
  readonly stat: Stat
}

/** The tree's own numbers. */
export interface StatusAnswer {
  readonly type: 'status'
  readonly zxid: Zxid
  /** The running maximum of the proposing leaders' clocks, milliseconds since 1970. */
  readonly time: number
  /** How many nodes there are, the root included. */
  readonly nodes: number
}

export type ZnodeAnswer = ExistsAnswer | GetDataAnswer | GetChildrenAnswer | StatusAnswer | ZnodeError
