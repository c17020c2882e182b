import { readBytes, readOptional, writeBytes, writeOptional, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'

export function writeData(writer: ByteWriter, data: Uint8Array | null): void {
  writeOptional(writer, data ?? undefined, writeBytes)
}

export function readData(reader: FieldReader): Uint8Array | null {
  return readOptional(reader, readBytes) ?? null
}
