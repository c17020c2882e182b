import { binaryCodec, readList, readText, writeList, writeText } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { ZnodeAnswer } from '../api/results.ts'
import { readData, writeData } from './data.ts'
import { readError, writeError } from './error.ts'
import { readStat, readZxid, writeStat, writeZxid } from './stat.ts'
import { encodingVersion, tag } from './tags.ts'

export const answerCodec: Codec<ZnodeAnswer> = binaryCodec<ZnodeAnswer>({
  name: 'a znode answer',
  version: encodingVersion,
  write(writer, answer) {
    writer.u8(tag[answer.type])
    if (answer.type === 'error') return writeError(writer, answer)
    writeZxid(writer, answer.zxid)
    switch (answer.type) {
      case 'exists':
        return writeStat(writer, answer.stat)
      case 'getData':
        writeData(writer, answer.data)
        return writeStat(writer, answer.stat)
      case 'getChildren':
        writeList(writer, answer.children, writeText)
        return writeStat(writer, answer.stat)
      case 'status':
        writer.u64(answer.time).u64(answer.nodes)
        return undefined
    }
  },
  read(reader) {
    const kind = reader.u8()
    switch (kind) {
      case tag.exists:
        return { type: 'exists', zxid: readZxid(reader), stat: readStat(reader) }
      case tag.getData:
        return { type: 'getData', zxid: readZxid(reader), data: readData(reader), stat: readStat(reader) }
      case tag.getChildren: {
        const zxid = readZxid(reader)
        return { type: 'getChildren', zxid, children: readList(reader, readText), stat: readStat(reader) }
      }
      case tag.status:
        return { type: 'status', zxid: readZxid(reader), time: reader.u64(), nodes: reader.u64() }
      case tag.error:
        return readError(reader)
      default:
        return reader.fail(`there is no answer ${kind}`)
    }
  },
})
