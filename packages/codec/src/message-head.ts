import type { ByteReader, ByteWriter } from '@quorate/core'
import { structuredCodec } from './structured/structured-codec.ts'

/** Version of a head's encoding, its first byte. */
const version = 1

/** A head: a list of plain values. */
const general = structuredCodec<unknown[]>({
  name: 'a message',
  version,
  structures: [],
  unlisted: 'map',
})

/** The tokens of what nearly every field of every message is. Below `record` they are numbers themselves. */
const token = { record: 0x40, false: 0xc2, true: 0xc3, u8: 0xcc, u16: 0xcd, u32: 0xce, list: 0x90 } as const

/** A list this long has its length in its token. */
const shortList = 15

/**
 * Writes the values of `fields` with 4 bytes of length before them: MessagePack, as `structuredCodec` writes it. Whole
 * numbers and truth values, which is all there is in the messages of normal operation, are written here and now; a head
 * with anything else goes the general way. The bytes are the same.
 */
export function writeHead(
  writer: ByteWriter,
  message: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): void {
  if (fields.length > shortList) return writeAnything(writer, message, fields)
  const start = writer.length
  writer
    .u32(0)
    .u8(version)
    .u8(token.list | fields.length)
  for (const field of fields) {
    if (writeSimple(writer, message[field])) continue
    writer.rewind(start)
    return writeAnything(writer, message, fields)
  }
  writer.setU32(start, writer.length - start - 4)
}

function writeSimple(writer: ByteWriter, value: unknown): boolean {
  if (typeof value === 'boolean') writer.u8(value ? token.true : token.false)
  else if (typeof value !== 'number' || value < 0 || value > 0xffff_ffff || !Number.isInteger(value))
    return false
  else if (value < token.record) writer.u8(value)
  else if (value < 0x100) writer.u8(token.u8).u8(value)
  else if (value < 0x1_0000)
    writer
      .u8(token.u16)
      .u8(value >> 8)
      .u8(value & 0xff)
  else
    writer
      .u8(token.u32)
      .u8(value >>> 24)
      .u8((value >>> 16) & 0xff)
      .u8((value >>> 8) & 0xff)
      .u8(value & 0xff)
  return true
}

function writeAnything(
  writer: ByteWriter,
  message: Readonly<Record<string, unknown>>,
  fields: readonly string[],
): void {
  const head = general.encode(fields.map((field) => message[field]))
  writer.u32(head.length).raw(head)
}

/**
 * Reads what {@link writeHead} wrote into `message`. Gives false if it was written for another number of fields.
 *
 * @throws QuorateError `DECODE`, `NEWER_VERSION`
 */
export function readHead(
  reader: ByteReader,
  message: Record<string, unknown>,
  fields: readonly string[],
): boolean {
  const length = reader.u32()
  const start = reader.position
  if (readSimple(reader, length, message, fields)) return true
  reader.position = start
  const values: unknown = general.decode(reader.raw(length))
  if (!Array.isArray(values) || values.length !== fields.length) return false
  for (let i = 0; i < values.length; i++) message[fields[i]!] = values[i]
  return true
}

/** False if there is anything in it but whole numbers and truth values; the general way then says what. */
function readSimple(
  reader: ByteReader,
  length: number,
  message: Record<string, unknown>,
  fields: readonly string[],
): boolean {
  const end = reader.position + length
  if (end > reader.bytes.length || fields.length > shortList || length < 2) return false
  if (reader.u8() !== version || reader.u8() !== (token.list | fields.length)) return false
  for (const field of fields) {
    const value = reader.position < end ? simpleValue(reader) : undefined
    if (value === undefined || reader.position > end) return false
    message[field] = value
  }
  return reader.position === end
}

function simpleValue(reader: ByteReader): number | boolean | undefined {
  const first = reader.u8()
  if (first < token.record) return first
  const { bytes, position: at } = reader
  if (first <= token.true) return first < token.false ? undefined : first === token.true
  const size = first === token.u8 ? 1 : first === token.u16 ? 2 : first === token.u32 ? 4 : 0
  if (size === 0 || size > reader.remaining) return undefined
  let value = 0
  for (let i = 0; i < size; i++) value = value * 256 + bytes[at + i]!
  reader.position = at + size
  return value
}
