import type { Zxid } from './zxid.ts'

/**
 * A client session's id, as ZooKeeper's tools print it: lower-case hexadecimal without leading zeros. Real ids fill 64
 * bits, which no number holds; nothing but equality is ever asked of them here.
 */
export type SessionId = string

/** The owner of a node that belongs to no session. */
export const noSession: SessionId = '0x0'

/** What is known of a znode beside its data, with ZooKeeper's names. */
export interface Stat {
  /** The command that created it. */
  readonly czxid: Zxid
  /** The command that created it or last set its data. */
  readonly mzxid: Zxid
  /** The command that created it, or last created or deleted a direct child. */
  readonly pzxid: Zxid
  /** When it was created: milliseconds since 1970, by the running maximum of the proposing leaders' clocks. */
  readonly ctime: number
  /** When it was created or its data last set. */
  readonly mtime: number
  /** How often its data was set since it was created. 32 bits; never -1, which means "any" in a command. */
  readonly version: number
  /** Grows by one with each child created or deleted. 32 bits. */
  readonly cversion: number
  /** How often its access list was set since it was created. */
  readonly aversion: number
  /** The session that it lives with, or {@link noSession}. */
  readonly ephemeralOwner: SessionId
  /** Bytes of data; 0 also for none. */
  readonly dataLength: number
  readonly numChildren: number
}
