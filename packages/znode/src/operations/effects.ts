import type { SessionId } from '../api/stat.ts'

/** An operation that was found to be right, with everything decided: what ZooKeeper calls a transaction record. */
export type Effect = WriteEffect | CheckEffect

/** An effect that changes something. */
export type WriteEffect = CreateEffect | SetDataEffect | DeleteEffect

export interface CreateEffect {
  readonly type: 'create'
  /** With its number, if it is sequential. */
  readonly path: string
  readonly parent: string
  readonly data: Uint8Array | null
  readonly ephemeralOwner: SessionId
}

export interface SetDataEffect {
  readonly type: 'setData'
  readonly path: string
  readonly data: Uint8Array | null
  /** The new version. */
  readonly version: number
}

export interface DeleteEffect {
  readonly type: 'delete'
  readonly path: string
  readonly parent: string
}

export interface CheckEffect {
  readonly type: 'check'
}
