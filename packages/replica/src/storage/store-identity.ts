import { QuorateError } from '@quorate/core'
import type { ByteReader, ByteWriter, NodeId } from '@quorate/core'

/** Whose data a directory holds. Written into every file, and checked before anything else is believed or changed. */
export interface StoreIdentity {
  /** The cluster's id: a text of the operator's choice that no two clusters share. */
  readonly cluster: string
  /** The engine's name: logs of different protocols do not mix. */
  readonly engine: string
  /** The machine's name and the version of its encodings. */
  readonly machine: { readonly name: string; readonly version: number }
  /** The replica. */
  readonly node: NodeId
}

/** Writes a text as ASCII: portable code has no `TextEncoder`, and percent-encoding is part of the language. */
function writeText(writer: ByteWriter, text: string): void {
  const ascii = encodeURIComponent(text)
  writer.u32(ascii.length)
  for (let i = 0; i < ascii.length; i++) writer.u8(ascii.charCodeAt(i))
}

function readText(reader: ByteReader): string {
  const bytes = reader.raw(reader.u32())
  let ascii = ''
  for (const byte of bytes) ascii += String.fromCharCode(byte)
  try {
    return decodeURIComponent(ascii)
  } catch {
    return reader.fail('a text that is not percent-encoded')
  }
}

/** The binary form of an identity: the four texts and numbers in the order of {@link StoreIdentity}. */
export function writeIdentity(writer: ByteWriter, identity: StoreIdentity): void {
  writeText(writer, identity.cluster)
  writeText(writer, identity.engine)
  writeText(writer, identity.machine.name)
  writer.u32(identity.machine.version).u32(identity.node)
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function readIdentity(reader: ByteReader): StoreIdentity {
  return {
    cluster: readText(reader),
    engine: readText(reader),
    machine: { name: readText(reader), version: reader.u32() },
    node: reader.u32(),
  }
}

/**
 * Refuses data that is somebody else's.
 *
 * @throws QuorateError `WRONG_CLUSTER` naming the first difference; `NEWER_VERSION` if only the machine's version is
 * newer than this program's.
 */
export function checkIdentity(file: string, stored: StoreIdentity, own: StoreIdentity): void {
  const fields: readonly (readonly [string, string, string])[] = [
    ['cluster', JSON.stringify(stored.cluster), JSON.stringify(own.cluster)],
    ['engine', JSON.stringify(stored.engine), JSON.stringify(own.engine)],
    ['machine', JSON.stringify(stored.machine.name), JSON.stringify(own.machine.name)],
    ['replica', String(stored.node), String(own.node)],
    ['machine version', String(stored.machine.version), String(own.machine.version)],
  ]
  const different = fields.find(([, theirs, ours]) => theirs !== ours)
  if (different === undefined) return
  const [field, theirs, ours] = different
  if (field === 'machine version' && stored.machine.version > own.machine.version) {
    throw new QuorateError(
      'NEWER_VERSION',
      `${file} was written by version ${theirs} of the machine ${JSON.stringify(own.machine.name)}, this is ` +
        `version ${ours}: start the newer program. Nothing was changed`,
      { details: { file, stored: stored.machine.version, own: own.machine.version } },
    )
  }
  throw new QuorateError(
    'WRONG_CLUSTER',
    `${file} belongs to ${field} ${theirs}, this is ${field} ${ours}: give this replica its own data directory, or ` +
      `start it with the settings that this one was made with. Nothing was changed`,
    { details: { file, field, stored: theirs, own: ours } },
  )
}
