import {
  binaryCodec,
  readInt32,
  readList,
  readText,
  writeInt32,
  writeList,
  writeText,
  type FieldReader,
} from '@quorate/codec'
import type { ByteWriter, Codec } from '@quorate/core'
import type { CreateMode, MultiOperation, ZnodeCommand } from '../api/commands.ts'
import { readData, writeData } from './data.ts'
import { encodingVersion, tag } from './tags.ts'

export const commandCodec: Codec<ZnodeCommand> = binaryCodec<ZnodeCommand>({
  name: 'a znode command',
  version: encodingVersion,
  write(writer, command) {
    if (command.type !== 'multi') return writeOperation(writer, command)
    writer.u8(tag.multi)
    return writeList(writer, command.operations, writeOperation)
  },
  read(reader) {
    const kind = reader.u8()
    if (kind === tag.multi) return { type: 'multi', operations: readList(reader, readOperation) }
    const operation = readOperationOf(reader, kind)
    // ZooKeeper 3.8 accepts one outside of a multi, and writes a log that it cannot read again.
    return operation.type === 'check' ? reader.fail('a check outside of a multi') : operation
  },
})

/** ZooKeeper's numbers of the modes. */
const modeNumbers: Readonly<Record<CreateMode, number>> = { PERSISTENT: 0, PERSISTENT_SEQUENTIAL: 2 }

function writeOperation(writer: ByteWriter, operation: MultiOperation): void {
  writer.u8(tag[operation.type])
  writeText(writer, operation.path)
  switch (operation.type) {
    case 'create':
      writeData(writer, operation.data)
      writer.u8(modeNumbers[operation.mode])
      return
    case 'setData':
      writeData(writer, operation.data)
      return writeInt32(writer, operation.version)
    case 'delete':
    case 'check':
      return writeInt32(writer, operation.version)
  }
}

function readOperation(reader: FieldReader): MultiOperation {
  return readOperationOf(reader, reader.u8())
}

function readOperationOf(reader: FieldReader, kind: number): MultiOperation {
  switch (kind) {
    case tag.create:
      return { type: 'create', path: readText(reader), data: readData(reader), mode: readMode(reader) }
    case tag.setData:
      return { type: 'setData', path: readText(reader), data: readData(reader), version: readInt32(reader) }
    case tag.delete:
      return { type: 'delete', path: readText(reader), version: readInt32(reader) }
    case tag.check:
      return { type: 'check', path: readText(reader), version: readInt32(reader) }
    default:
      return reader.fail(`there is no operation ${kind}`)
  }
}

function readMode(reader: FieldReader): CreateMode {
  const number = reader.u8()
  switch (number) {
    case modeNumbers.PERSISTENT:
      return 'PERSISTENT'
    case modeNumbers.PERSISTENT_SEQUENTIAL:
      return 'PERSISTENT_SEQUENTIAL'
    default:
      return reader.fail(`there is no mode ${number}`)
  }
}
