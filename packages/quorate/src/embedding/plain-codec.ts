import { type Codec, QuorateError } from '@quorate/core'
import { Packr } from 'msgpackr'

const packr = new Packr({ useRecords: false, moreTypes: false, int64AsType: 'number' })

/**
 * MessagePack for plain values of any shape: what JSON can say, and byte arrays. Every field's name is on the wire; a
 * machine that is hot or long-lived declares its own codecs instead.
 */
export function plainCodec<T>(what: string): Codec<T> {
  return {
    // `slice` of a Buffer would share its memory; the copy is the caller's own.
    encode: (value) => new Uint8Array(packr.pack(value)),
    decode: (bytes) => {
      try {
        return packr.unpack(bytes) as T
      } catch (error) {
        throw new QuorateError('DECODE', `cannot decode ${what}: ${(error as Error).message}`)
      }
    },
  }
}
