import {
  readBoolean,
  readBytes,
  readInteger,
  readList,
  writeBoolean,
  writeBytes,
  writeInteger,
  writeList,
  type FieldReader,
} from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { RangeQuery } from '../api/queries.ts'
import type { RangeAnswer } from '../api/results.ts'
import { readKeyValue, writeKeyValue } from './key-value.ts'

const countOnly = 1
const keysOnly = 2
const descend = 4

/** A range's end; none is written as an empty one, which means the same. */
export function writeRangeEnd(writer: ByteWriter, rangeEnd: Uint8Array | undefined): void {
  if (rangeEnd === undefined) writer.u32(0)
  else writeBytes(writer, rangeEnd)
}

export function readRangeEnd(reader: FieldReader): Uint8Array | undefined {
  const rangeEnd = readBytes(reader)
  return rangeEnd.length === 0 ? undefined : rangeEnd
}

export function writeRange(writer: ByteWriter, query: RangeQuery): void {
  writeBytes(writer, query.key)
  writeRangeEnd(writer, query.rangeEnd)
  writeInteger(writer, query.limit ?? 0)
  writeInteger(writer, query.revision ?? 0)
  let flags = 0
  if (query.countOnly === true) flags |= countOnly
  if (query.keysOnly === true) flags |= keysOnly
  if (query.order === 'descend') flags |= descend
  writer.u8(flags)
}

export function readRange(reader: FieldReader): RangeQuery {
  const key = readBytes(reader)
  const rangeEnd = readRangeEnd(reader)
  const limit = readInteger(reader)
  const revision = readInteger(reader)
  const flags = reader.u8()
  if (flags > (countOnly | keysOnly | descend)) reader.fail(`range flags ${flags}`)
  return {
    type: 'range',
    key,
    rangeEnd,
    limit,
    revision,
    countOnly: (flags & countOnly) !== 0,
    keysOnly: (flags & keysOnly) !== 0,
    order: (flags & descend) === 0 ? 'ascend' : 'descend',
  }
}

export function writeRangeAnswer(writer: ByteWriter, answer: RangeAnswer): void {
  writer.u64(answer.revision)
  writeList(writer, answer.kvs, writeKeyValue)
  writeBoolean(writer, answer.more)
  writer.u64(answer.count)
}

export function readRangeAnswer(reader: FieldReader): RangeAnswer {
  return {
    type: 'range',
    revision: reader.u64(),
    kvs: readList(reader, readKeyValue),
    more: readBoolean(reader),
    count: reader.u64(),
  }
}
