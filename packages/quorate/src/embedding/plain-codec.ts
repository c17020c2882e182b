import { structuredCodec } from '@quorate/codec'
import type { Codec } from '@quorate/core'

/**
 * A codec for plain values of any shape: what JSON can say, and byte arrays. Every field's name is in the bytes; a
 * machine that is hot or long-lived declares its own codecs instead.
 */
export function plainCodec<T>(name: string): Codec<T> {
  return structuredCodec<T>({ name, version: 1, structures: [], unlisted: 'map' })
}
