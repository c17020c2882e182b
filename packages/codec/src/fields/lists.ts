import type { ByteWriter } from '@quorate/core'
import { readBoolean, writeBoolean } from './scalars.ts'
import type { FieldReader } from './field-reader.ts'

/** A count (4 bytes) and the items in order. */
export function writeList<T>(
  writer: ByteWriter,
  items: readonly T[],
  writeItem: (writer: ByteWriter, item: T) => void,
): void {
  writer.u32(items.length)
  for (const item of items) writeItem(writer, item)
}

/**
 * What `writeList` wrote. Nothing is allocated by the count alone, which may be a lie: every item must take at least
 * one byte, so a false count ends with the input.
 */
export function readList<R extends FieldReader, T>(reader: R, readItem: (reader: R) => T): T[] {
  const count = reader.u32()
  const items: T[] = []
  for (let i = 0; i < count; i++) items.push(readItem(reader))
  return items
}

/** A truth value (is it there?) and the value if it is. */
export function writeOptional<T>(
  writer: ByteWriter,
  value: T | undefined,
  writeValue: (writer: ByteWriter, value: T) => void,
): void {
  writeBoolean(writer, value !== undefined)
  if (value !== undefined) writeValue(writer, value)
}

/** What `writeOptional` wrote. */
export function readOptional<R extends FieldReader, T>(
  reader: R,
  readValue: (reader: R) => T,
): T | undefined {
  return readBoolean(reader) ? readValue(reader) : undefined
}
