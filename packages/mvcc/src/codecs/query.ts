import { binaryCodec } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { MvccQuery } from '../api/queries.ts'
import { readRange, writeRange } from './range.ts'
import { encodingVersion, tag } from './tags.ts'

export const queryCodec: Codec<MvccQuery> = binaryCodec<MvccQuery>({
  name: 'an mvcc query',
  version: encodingVersion,
  write(writer, query) {
    writer.u8(tag[query.type])
    if (query.type === 'range') writeRange(writer, query)
  },
  read(reader) {
    const kind = reader.u8()
    switch (kind) {
      case tag.range:
        return readRange(reader)
      case tag.status:
        return { type: 'status' }
      default:
        return reader.fail(`there is no kind ${kind}`)
    }
  },
})
