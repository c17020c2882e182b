import { ByteReader, ByteWriter, type Codec } from '@quorate/core'
import { asPlainBytes } from './plain-bytes.ts'
import { checkOwnVersion, checkVersion } from './version-byte.ts'

/** A hand-written encoding. */
export interface BinaryCodecOptions<T> {
  /** Names the encoded thing in errors: "mvcc command". */
  readonly name: string
  /** 1 to 255: the first byte of every encoding. Grows with every change that an older reader would misread. */
  readonly version: number
  /** Writes the value's fields. May throw a `QuorateError` with code `USAGE` for a value that the type allows but the encoding does not. */
  write(writer: ByteWriter, value: T): void
  /** Reads what `write` of `version` (1 to the codec's own) wrote. Bad bytes: `reader.fail`. Views of the input are welcome. */
  read(reader: ByteReader, version: number): T
}

/** A writer that grew beyond this is let go, so that one huge value does not hold its memory for ever. */
const keptCapacity = 64 * 1024
/** Small encodings lie side by side in buffers of this size. */
const sharedBytes = 8 * 1024

/**
 * A codec out of two functions over fields: the fastest form, canonical, and the reader itself is the check of the
 * shape. For the hot types; `structuredCodec` is for the others.
 *
 * `encode` gives bytes that nobody else writes to, in a buffer that small encodings share; `decode` gives views of its
 * input and never a `Buffer`.
 */
export function binaryCodec<T>(options: BinaryCodecOptions<T>): Codec<T> {
  const { name, version } = options
  checkOwnVersion(version, name)
  let spare: ByteWriter | undefined
  return {
    encode(value: T): Uint8Array {
      // Taken while in use, so that a `write` that encodes another value with this codec gets a writer of its own.
      const writer = spare ?? new ByteWriter(sharedBytes)
      spare = undefined
      writer.reset()
      writer.u8(version)
      options.write(writer, value)
      const bytes = writer.take()
      spare = bytes.length <= keptCapacity ? writer : undefined
      return bytes
    },
    decode(bytes: Uint8Array): T {
      const found = checkVersion(bytes[0], version, name)
      const reader = new ByteReader(asPlainBytes(bytes), name, 1)
      const value = options.read(reader, found)
      reader.end()
      return value
    },
  }
}
