import { readInteger, writeInteger, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { MvccError, MvccErrorCode } from '../api/errors.ts'

/** By place: only to be added to at the end. */
const codes: readonly MvccErrorCode[] = ['EMPTY_KEY', 'DUPLICATE_KEY', 'COMPACTED', 'FUTURE_REVISION']

export function writeError(writer: ByteWriter, error: MvccError): void {
  writer.u8(codes.indexOf(error.code)).u64(error.revision)
  writeInteger(writer, error.compactRevision)
}

export function readError(reader: FieldReader): MvccError {
  const code = codes[reader.u8()] ?? reader.fail('an unknown error code')
  return { type: 'error', code, revision: reader.u64(), compactRevision: readInteger(reader) }
}
