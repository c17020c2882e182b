import { readBytes, readInteger, writeBytes, writeInteger, type FieldReader } from '@quorate/codec'
import type { ByteWriter } from '@quorate/core'
import type { Compare, CompareOperator } from '../api/compare.ts'
import { readRangeEnd, writeRangeEnd } from './range.ts'

/** Both by place: only to be added to at the end. */
const targets: readonly Compare['target'][] = ['value', 'version', 'createRevision', 'modRevision']
const operators: readonly CompareOperator[] = ['=', '!=', '<', '>']

export function writeCompare(writer: ByteWriter, compare: Compare): void {
  writer.u8(targets.indexOf(compare.target)).u8(operators.indexOf(compare.operator))
  writeBytes(writer, compare.key)
  writeRangeEnd(writer, compare.rangeEnd)
  if (compare.target === 'value') writeBytes(writer, compare.value)
  else writeInteger(writer, compare.value)
}

export function readCompare(reader: FieldReader): Compare {
  const target = targets[reader.u8()] ?? reader.fail('an unknown compare target')
  const operator = operators[reader.u8()] ?? reader.fail('an unknown compare operator')
  const key = readBytes(reader)
  const rangeEnd = readRangeEnd(reader)
  if (target === 'value') return { target, operator, key, rangeEnd, value: readBytes(reader) }
  return { target, operator, key, rangeEnd, value: readInteger(reader) }
}
