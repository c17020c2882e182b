import { readBytes, writeBytes, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { KeyValue } from '../api/key-value.ts'

export function writeKeyValue(writer: ByteWriter, kv: KeyValue): void {
  writeBytes(writer, kv.key)
  writer.u64(kv.createRevision).u64(kv.modRevision).u64(kv.version)
  writeBytes(writer, kv.value)
}

export function readKeyValue(reader: FieldReader): KeyValue {
  return {
    key: readBytes(reader),
    createRevision: reader.u64(),
    modRevision: reader.u64(),
    version: reader.u64(),
    value: readBytes(reader),
  }
}
