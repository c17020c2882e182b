import {
  binaryCodec,
  readBoolean,
  readList,
  readOptional,
  writeBoolean,
  writeList,
  writeOptional,
  type FieldReader,
} from '@quorate/codec'
import type { ByteWriter, Codec } from '@quorate/core'
import type { MvccResult, TxnResponse } from '../api/results.ts'
import { readError, writeError } from './error.ts'
import { readKeyValue, writeKeyValue } from './key-value.ts'
import { readRangeAnswer, writeRangeAnswer } from './range.ts'
import { encodingVersion, tag } from './tags.ts'

export const resultCodec: Codec<MvccResult> = binaryCodec<MvccResult>({
  name: 'an mvcc result',
  version: encodingVersion,
  write: writeResult,
  read: readResult,
})

function writeResult(writer: ByteWriter, result: MvccResult): void {
  switch (result.type) {
    case 'put':
    case 'deleteRange':
      return writeResponse(writer, result)
    case 'txn':
      writer.u8(tag.txn).u64(result.revision)
      writeBoolean(writer, result.succeeded)
      return writeList(writer, result.responses, writeResponse)
    case 'compact':
      writer.u8(tag.compact).u64(result.revision)
      return undefined
    case 'error':
      writer.u8(tag.error)
      return writeError(writer, result)
  }
}

function readResult(reader: FieldReader): MvccResult {
  const kind = reader.u8()
  switch (kind) {
    case tag.txn: {
      const revision = reader.u64()
      return {
        type: 'txn',
        revision,
        succeeded: readBoolean(reader),
        responses: readList(reader, readResponse),
      }
    }
    case tag.compact:
      return { type: 'compact', revision: reader.u64() }
    case tag.error:
      return readError(reader)
    case tag.put:
    case tag.deleteRange:
      return readWrite(reader, kind)
    default:
      return reader.fail(`there is no kind ${kind}`)
  }
}

function writeResponse(writer: ByteWriter, response: TxnResponse): void {
  writer.u8(tag[response.type])
  switch (response.type) {
    case 'put':
      writer.u64(response.revision)
      return writeOptional(writer, response.prevKv, writeKeyValue)
    case 'deleteRange':
      writer.u64(response.revision).u64(response.deleted)
      return writeList(writer, response.prevKvs, writeKeyValue)
    case 'range':
      return writeRangeAnswer(writer, response)
  }
}

function readResponse(reader: FieldReader): TxnResponse {
  const kind = reader.u8()
  switch (kind) {
    case tag.put:
    case tag.deleteRange:
      return readWrite(reader, kind)
    case tag.range:
      return readRangeAnswer(reader)
    default:
      return reader.fail(`there is no response of kind ${kind}`)
  }
}

function readWrite(
  reader: FieldReader,
  kind: typeof tag.put | typeof tag.deleteRange,
): Exclude<TxnResponse, { readonly type: 'range' }> {
  const revision = reader.u64()
  if (kind === tag.put) return { type: 'put', revision, prevKv: readOptional(reader, readKeyValue) }
  return { type: 'deleteRange', revision, deleted: reader.u64(), prevKvs: readList(reader, readKeyValue) }
}
