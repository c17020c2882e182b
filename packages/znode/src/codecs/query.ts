import { binaryCodec, readText, writeText } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { ZnodeQuery } from '../api/queries.ts'
import { encodingVersion, tag } from './tags.ts'

export const queryCodec: Codec<ZnodeQuery> = binaryCodec<ZnodeQuery>({
  name: 'a znode query',
  version: encodingVersion,
  write(writer, query) {
    writer.u8(tag[query.type])
    if (query.type !== 'status') writeText(writer, query.path)
  },
  read(reader) {
    const kind = reader.u8()
    switch (kind) {
      case tag.exists:
        return { type: 'exists', path: readText(reader) }
      case tag.getData:
        return { type: 'getData', path: readText(reader) }
      case tag.getChildren:
        return { type: 'getChildren', path: readText(reader) }
      case tag.status:
        return { type: 'status' }
      default:
        return reader.fail(`there is no query ${kind}`)
    }
  },
})
