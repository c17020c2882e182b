import {
  binaryCodec,
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
import type { ByteWriter, Codec } from '@quorate/core'
import type {
  DeleteRangeCommand,
  MvccCommand,
  PutCommand,
  TxnCommand,
  TxnOperation,
} from '../api/commands.ts'
import { readCompare, writeCompare } from './compare.ts'
import { readRange, readRangeEnd, writeRange, writeRangeEnd } from './range.ts'
import { encodingVersion, tag } from './tags.ts'

export const commandCodec: Codec<MvccCommand> = binaryCodec<MvccCommand>({
  name: 'an mvcc command',
  version: encodingVersion,
  write: writeCommand,
  read: readCommand,
})

function writeCommand(writer: ByteWriter, command: MvccCommand): void {
  switch (command.type) {
    case 'put':
    case 'deleteRange':
      return writeOperation(writer, command)
    case 'txn':
      writer.u8(tag.txn)
      writeList(writer, command.compare, writeCompare)
      writeList(writer, command.success, writeOperation)
      return writeList(writer, command.failure, writeOperation)
    case 'compact':
      writer.u8(tag.compact)
      return writeInteger(writer, command.revision)
  }
}

function readCommand(reader: FieldReader): MvccCommand {
  const kind = reader.u8()
  switch (kind) {
    case tag.put:
      return readPut(reader)
    case tag.deleteRange:
      return readDeleteRange(reader)
    case tag.txn:
      return readTxn(reader)
    case tag.compact:
      return { type: 'compact', revision: readInteger(reader) }
    default:
      return reader.fail(`there is no kind ${kind}`)
  }
}

function writeOperation(writer: ByteWriter, operation: TxnOperation): void {
  writer.u8(tag[operation.type])
  switch (operation.type) {
    case 'put':
      writeBytes(writer, operation.key)
      writeBytes(writer, operation.value)
      return writeBoolean(writer, operation.prevKv === true)
    case 'deleteRange':
      writeBytes(writer, operation.key)
      writeRangeEnd(writer, operation.rangeEnd)
      return writeBoolean(writer, operation.prevKv === true)
    case 'range':
      return writeRange(writer, operation)
  }
}

function readOperation(reader: FieldReader): TxnOperation {
  const kind = reader.u8()
  switch (kind) {
    case tag.put:
      return readPut(reader)
    case tag.deleteRange:
      return readDeleteRange(reader)
    case tag.range:
      return readRange(reader)
    default:
      return reader.fail(`there is no step of kind ${kind}`)
  }
}

function readPut(reader: FieldReader): PutCommand {
  return { type: 'put', key: readBytes(reader), value: readBytes(reader), prevKv: readBoolean(reader) }
}

function readDeleteRange(reader: FieldReader): DeleteRangeCommand {
  const key = readBytes(reader)
  return { type: 'deleteRange', key, rangeEnd: readRangeEnd(reader), prevKv: readBoolean(reader) }
}

function readTxn(reader: FieldReader): TxnCommand {
  return {
    type: 'txn',
    compare: readList(reader, readCompare),
    success: readList(reader, readOperation),
    failure: readList(reader, readOperation),
  }
}
