import { binaryCodec, readInteger, writeInteger } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { MvccAnswer } from '../api/results.ts'
import { readError, writeError } from './error.ts'
import { readRangeAnswer, writeRangeAnswer } from './range.ts'
import { encodingVersion, tag } from './tags.ts'

export const answerCodec: Codec<MvccAnswer> = binaryCodec<MvccAnswer>({
  name: 'an mvcc answer',
  version: encodingVersion,
  write(writer, answer) {
    writer.u8(tag[answer.type])
    switch (answer.type) {
      case 'range':
        return writeRangeAnswer(writer, answer)
      case 'status':
        writer.u64(answer.revision)
        writeInteger(writer, answer.compactRevision)
        writer.u64(answer.keys)
        return undefined
      case 'error':
        return writeError(writer, answer)
    }
  },
  read(reader) {
    const kind = reader.u8()
    switch (kind) {
      case tag.range:
        return readRangeAnswer(reader)
      case tag.status: {
        const revision = reader.u64()
        return { type: 'status', revision, compactRevision: readInteger(reader), keys: reader.u64() }
      }
      case tag.error:
        return readError(reader)
      default:
        return reader.fail(`there is no kind ${kind}`)
    }
  },
})
