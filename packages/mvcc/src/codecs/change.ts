import { binaryCodec, readBoolean, readOptional, writeBoolean, writeOptional } from '@quorate/codec'
import type { Codec } from '@quorate/core'
import type { MvccChange } from '../api/changes.ts'
import { readKeyValue, writeKeyValue } from './key-value.ts'
import { encodingVersion } from './tags.ts'

export const changeCodec: Codec<MvccChange> = binaryCodec<MvccChange>({
  name: 'an mvcc change',
  version: encodingVersion,
  write(writer, change) {
    writeBoolean(writer, change.type === 'delete')
    writer.u64(change.revision)
    writeKeyValue(writer, change.kv)
    writeOptional(writer, change.prev, writeKeyValue)
  },
  read: (reader) => ({
    type: readBoolean(reader) ? 'delete' : 'put',
    revision: reader.u64(),
    kv: readKeyValue(reader),
    prev: readOptional(reader, readKeyValue),
  }),
})
