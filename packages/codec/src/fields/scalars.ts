import { QuorateError, type ByteWriter } from '@quorate/core'
import { utf8Decode, utf8Encode } from '../utf8.ts'
import type { FieldReader } from './field-reader.ts'

const twoTo32 = 0x1_0000_0000

/** A safe integer with its sign, in 8 bytes: two's complement, low half first. Throws `USAGE` for any other number. */
export function writeInteger(writer: ByteWriter, value: number): void {
  if (!Number.isSafeInteger(value))
    throw new QuorateError('USAGE', `cannot encode ${value}: it is not a safe integer`)
  writer.u32(value >>> 0).u32(Math.floor(value / twoTo32) >>> 0)
}

/** What `writeInteger` wrote. */
export function readInteger(reader: FieldReader): number {
  const low = reader.u32()
  const value = low + (reader.u32() | 0) * twoTo32
  if (!Number.isSafeInteger(value)) reader.fail('a number beyond 2^53')
  return value
}

/** A 32-bit integer with its sign. Throws `USAGE` for any other number. */
export function writeInt32(writer: ByteWriter, value: number): void {
  if ((value | 0) !== value)
    throw new QuorateError('USAGE', `cannot encode ${value}: it is not a 32-bit integer`)
  writer.u32(value >>> 0)
}

/** What `writeInt32` wrote. */
export function readInt32(reader: FieldReader): number {
  return reader.u32() | 0
}

/** One byte, 0 or 1. */
export function writeBoolean(writer: ByteWriter, value: boolean): void {
  writer.u8(value ? 1 : 0)
}

/** What `writeBoolean` wrote. Any other byte is refused, so that equal values have equal bytes. */
export function readBoolean(reader: FieldReader): boolean {
  const byte = reader.u8()
  if (byte > 1) reader.fail(`${byte} is not a truth value`)
  return byte === 1
}

/** Bytes with their length (4 bytes) before them. */
export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writer.u32(bytes.length).raw(bytes)
}

/** What `writeBytes` wrote, as a view of the input. */
export function readBytes(reader: FieldReader): Uint8Array {
  return reader.raw(reader.u32())
}

/** Text as UTF-8 with its length in bytes before it. */
export function writeText(writer: ByteWriter, text: string): void {
  writeBytes(writer, utf8Encode(text))
}

/** What `writeText` wrote. */
export function readText(reader: FieldReader): string {
  return utf8Decode(readBytes(reader))
}
