import { finish, mix, mixBytes, mixInteger, mixString } from '@quorate/core'
import type { SessionId } from '../api/stat.ts'
import type { Zxid } from '../api/zxid.ts'

/** What a snapshot says of a node. Its children say the rest by their paths. */
export interface RecordFields {
  readonly czxid: Zxid
  readonly mzxid: Zxid
  readonly pzxid: Zxid
  readonly ctime: number
  readonly mtime: number
  readonly version: number
  /** How many children were ever created, 32 bits: ZooKeeper's inner cversion. */
  readonly creates: number
  readonly aversion: number
  readonly ephemeralOwner: SessionId
}

/** A node's state between two changes: never altered, replaced by the next. */
export interface ZnodeRecord extends RecordFields {
  readonly data: Uint8Array | null
  /** Over path and data: kept, so that a change of the stat alone need not read the data again. */
  readonly contentHash: number
  /** Over everything. 32 bits. */
  readonly hash: number
  /** The tree's snapshot generation when this was made: tells a snapshot what came after it. */
  readonly generation: number
}

/** A record with new data. */
export function withData(
  path: string,
  fields: RecordFields,
  data: Uint8Array | null,
  generation: number,
): ZnodeRecord {
  const pathHash = mixString(0x7a6e6f64, path)
  const contentHash = data === null ? mix(pathHash, 1) : mixBytes(mix(pathHash, 2), data)
  return makeRecord(fields, data, contentHash, generation)
}

/** A record with the data of another. */
export function withFields(before: ZnodeRecord, fields: RecordFields, generation: number): ZnodeRecord {
  return makeRecord(fields, before.data, before.contentHash, generation)
}

function makeRecord(
  fields: RecordFields,
  data: Uint8Array | null,
  contentHash: number,
  generation: number,
): ZnodeRecord {
  const { czxid, mzxid, pzxid, ctime, mtime, version, creates, aversion, ephemeralOwner } = fields
  return {
    czxid,
    mzxid,
    pzxid,
    ctime,
    mtime,
    version,
    creates,
    aversion,
    ephemeralOwner,
    data,
    contentHash,
    hash: hashOf(fields, contentHash),
    generation,
  }
}

function hashOf(fields: RecordFields, contentHash: number): number {
  let hash = contentHash
  for (const zxid of [fields.czxid, fields.mzxid, fields.pzxid]) {
    hash = mixInteger(mixInteger(hash, zxid.epoch), zxid.counter)
  }
  hash = mixInteger(mixInteger(hash, fields.ctime), fields.mtime)
  hash = mix(mix(mix(hash, fields.version), fields.creates), fields.aversion)
  return finish(mixString(hash, fields.ephemeralOwner)) | 0
}
