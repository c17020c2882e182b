import { finish, mix, mixBytes, mixInteger, mixString } from '@quorate/core'
import type { KeyValue } from '../api/key-value.ts'
import type { KeyText } from './key-text.ts'
import { valueOf, type Slab, type ValueHolder } from './value-arena.ts'

const noBytes: Uint8Array = /* @__PURE__ */ new Uint8Array(0)

/**
 * One version of one key: what a put wrote, or the tombstone of a delete. Unchangeable in what it says; what changes
 * is where its value lies, and `previous`, which is cut when a compaction has made all before this unreadable.
 */
export class Version implements ValueHolder {
  /** The main revision of the change. */
  readonly modRevision: number
  /** The place of the change among those of its revision, from 0: the order that a watch from the past must give. */
  readonly sub: number
  /** 0 for a tombstone. */
  readonly createRevision: number
  /** 0 for a tombstone. */
  readonly version: number
  /** A 32-bit hash over key and fields, for the digest. */
  readonly hash: number
  /** The length of the value. */
  readonly length: number
  slab: Slab | undefined = undefined
  offset = 0
  /** The next older version of the key, if it is still held. */
  previous: Version | undefined

  constructor(key: KeyText, fields: VersionFields, previous: Version | undefined) {
    this.modRevision = fields.modRevision
    this.sub = fields.sub
    this.createRevision = fields.createRevision
    this.version = fields.version
    this.hash = hashOf(key, fields)
    this.length = fields.value?.length ?? 0
    this.previous = previous
  }
}

/** What a version says. */
export interface VersionFields {
  readonly modRevision: number
  readonly sub: number
  readonly createRevision: number
  readonly version: number
  /** `undefined` for a tombstone. */
  readonly value: Uint8Array | undefined
}

/** All held versions of one key, the newest at hand. */
export class KeyHistory {
  readonly key: KeyText
  newest: Version

  constructor(key: KeyText, newest: Version) {
    this.key = key
    this.newest = newest
  }
}

/**
 * The version that a read at `revision` sees, a tombstone included; `undefined` if the key was never there then.
 * Costs one step for each version that is newer, as in etcd; reads of the present cost none.
 */
export function versionAt(history: KeyHistory, revision: number): Version | undefined {
  let version: Version | undefined = history.newest
  while (version !== undefined && version.modRevision > revision) version = version.previous
  return version
}

/** Is this version a value, and not a tombstone or nothing? */
export function isLive(version: Version | undefined): boolean {
  return version !== undefined && version.version > 0
}

/** The version if it is a value. */
export function liveOnly(version: Version | undefined): Version | undefined {
  return isLive(version) ? version : undefined
}

/** The public form, with the bytes of the key that the caller has. A tombstone says, as in etcd, only when it was. */
export function toKeyValue(
  key: Uint8Array,
  version: Version,
  value: Uint8Array = valueOf(version),
): KeyValue {
  const { createRevision, modRevision } = version
  return { key, createRevision, modRevision, version: version.version, value }
}

/** The public form without the value. */
export function toKeyOnly(key: Uint8Array, version: Version): KeyValue {
  return toKeyValue(key, version, noBytes)
}

function hashOf(key: KeyText, fields: VersionFields): number {
  let hash = mixString(0x6d766363, key)
  hash = mixInteger(hash, fields.modRevision)
  hash = mix(hash, fields.sub)
  hash = mixInteger(hash, fields.createRevision)
  hash = mixInteger(hash, fields.version)
  if (fields.value !== undefined) hash = mixBytes(hash, fields.value)
  return finish(hash) | 0
}
