import { binaryCodec, readText, writeText } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { ZnodeChange } from '../api/changes.ts'
import { readZxid, writeZxid } from './stat.ts'
import { encodingVersion } from './tags.ts'

/** At ZooKeeper's number of the event, less one. */
const types: readonly ZnodeChange['type'][] = ['created', 'deleted', 'dataChanged', 'childrenChanged']

export const changeCodec: Codec<ZnodeChange> = binaryCodec<ZnodeChange>({
  name: 'a znode change',
  version: encodingVersion,
  write(writer, change) {
    writer.u8(types.indexOf(change.type) + 1)
    writeText(writer, change.path)
    writeZxid(writer, change.zxid)
  },
  read(reader) {
    const type = types[reader.u8() - 1] ?? reader.fail('an unknown kind')
    return { type, path: readText(reader), zxid: readZxid(reader) }
  },
})
