import {
  binaryCodec,
  readBoolean,
  readList,
  readText,
  writeBoolean,
  writeList,
  writeText,
  type FieldReader,
} from '@quorate/codec'
import type { ByteWriter, Codec } from '@quorate/core'
import type { MultiOperationResult, ZnodeResult } from '../api/results.ts'
import { readError, writeError } from './error.ts'
import { readStat, readZxid, writeStat, writeZxid } from './stat.ts'
import { encodingVersion, tag } from './tags.ts'

export const resultCodec: Codec<ZnodeResult> = binaryCodec<ZnodeResult>({
  name: 'a znode result',
  version: encodingVersion,
  write(writer, result) {
    if (result.type !== 'multi') return writeOne(writer, result)
    writer.u8(tag.multi)
    writeZxid(writer, result.zxid)
    writeBoolean(writer, result.committed)
    return writeList(writer, result.results, writeOne)
  },
  read(reader) {
    const kind = reader.u8()
    if (kind === tag.multi) {
      const zxid = readZxid(reader)
      return { type: 'multi', zxid, committed: readBoolean(reader), results: readList(reader, readOne) }
    }
    const result = readOneOf(reader, kind)
    return result.type === 'check' ? reader.fail('a check outside of a multi') : result
  },
})

function writeOne(writer: ByteWriter, result: MultiOperationResult): void {
  writer.u8(tag[result.type])
  if (result.type === 'error') return writeError(writer, result)
  writeZxid(writer, result.zxid)
  switch (result.type) {
    case 'create':
      writeText(writer, result.path)
      return writeStat(writer, result.stat)
    case 'setData':
      return writeStat(writer, result.stat)
    case 'delete':
    case 'check':
      return undefined
  }
}

function readOne(reader: FieldReader): MultiOperationResult {
  return readOneOf(reader, reader.u8())
}

function readOneOf(reader: FieldReader, kind: number): MultiOperationResult {
  switch (kind) {
    case tag.create:
      return { type: 'create', zxid: readZxid(reader), path: readText(reader), stat: readStat(reader) }
    case tag.setData:
      return { type: 'setData', zxid: readZxid(reader), stat: readStat(reader) }
    case tag.delete:
      return { type: 'delete', zxid: readZxid(reader) }
    case tag.check:
      return { type: 'check', zxid: readZxid(reader) }
    case tag.error:
      return readError(reader)
    default:
      return reader.fail(`there is no result ${kind}`)
  }
}
