import { ByteReader, ByteWriter, QuorateError } from '@quorate/core'
import type { Disk } from '@quorate/core'

/**
 * What every file begins with, little endian. These 16 bytes keep their meaning in every future version:
 *
 * | bytes | field |
 * |---|---|
 * | 4 | magic: what kind of file this is |
 * | 4 | version of the format |
 * | 4 | length of the body |
 * | 4 | CRC-32 of the 12 bytes above and the body |
 * | rest | body |
 */
const fixedBytes = 16

/** Bounds the body, so that a bad length is not believed. */
const maxBodyBytes = 1 << 20

/** A kind of file. */
export interface FileKind {
  readonly magic: number
  readonly version: number
  /** The oldest version that is still read. */
  readonly oldest: number
  /** For messages: `a log file`. */
  readonly name: string
}

/** A file's header as it was read and found whole. */
export interface FileHeader {
  readonly body: ByteReader
  /** Bytes of the header: where the content starts. */
  readonly length: number
  readonly crc: number
}

/** Makes a header. Its checksum is a good seed for the checksums of what follows: it binds them to this very file. */
export function encodeFileHeader(
  disk: Disk,
  kind: FileKind,
  body: Uint8Array,
): { bytes: Uint8Array; crc: number } {
  const writer = new ByteWriter(fixedBytes + body.length)
  writer.u32(kind.magic).u32(kind.version).u32(body.length)
  const crc = disk.crc32(body, disk.crc32(writer.written()))
  return { bytes: writer.u32(crc).raw(body).copy(), crc }
}

/**
 * Reads and checks a file's header.
 *
 * @param corrupt makes the error for a header that is not what was written
 * @throws QuorateError of `corrupt`; `NEWER_VERSION` or `OLDER_VERSION` if another program wrote the file
 */
export function readFileHeader(
  disk: Disk,
  file: string,
  shown: string,
  kind: FileKind,
  corrupt: (file: string, offset: number, problem: string) => QuorateError,
): FileHeader {
  const fixed = disk.read(file, 0, fixedBytes)
  if (fixed.length < fixedBytes)
    throw corrupt(shown, 0, `it ends within its header, after ${fixed.length} bytes`)
  const reader = new ByteReader(fixed, 'a file header')
  const magic = reader.u32()
  const version = reader.u32()
  const bodyLength = reader.u32()
  const crc = reader.u32()
  if (magic !== kind.magic) throw corrupt(shown, 0, `it does not begin like ${kind.name}`)
  if (bodyLength > maxBodyBytes) throw corrupt(shown, 8, `its header claims ${bodyLength} bytes`)
  const body = disk.read(file, fixedBytes, bodyLength)
  if (body.length < bodyLength || disk.crc32(body, disk.crc32(fixed.subarray(0, 12))) !== crc) {
    throw corrupt(shown, 0, 'its header fails its checksum')
  }
  if (version > kind.version) {
    throw new QuorateError(
      'NEWER_VERSION',
      `${shown} has format version ${version}, this program knows up to ${kind.version}: start the newer program ` +
        `that wrote it. Nothing was changed`,
      { details: { file: shown, stored: version, own: kind.version } },
    )
  }
  if (version < kind.oldest) {
    throw new QuorateError(
      'OLDER_VERSION',
      `${shown} has format version ${version}, this program reads none before ${kind.oldest}: start the program that ` +
        `wrote it, or replace this replica. Nothing was changed`,
      { details: { file: shown, stored: version, own: kind.version } },
    )
  }
  return { body: new ByteReader(body, 'a file header'), length: fixedBytes + bodyLength, crc }
}
