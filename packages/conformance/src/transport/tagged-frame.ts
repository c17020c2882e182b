import { ByteReader, ByteWriter } from '@quorate/core'

/** What a frame of the suite says about itself. */
export interface Tag {
  /** Which life of the sending node. */
  readonly life: number
  /** Which session of that life, as the sender counted: 0, none. */
  readonly session: number
  /** Which frame of that session, from 0. */
  readonly sequence: number
}

/** The smallest frame that carries a tag. */
export const tagBytes = 12

/** A frame of that size, whose every byte follows from its tag and size. */
export function tagged({ life, session, sequence }: Tag, size: number): Uint8Array {
  const writer = new ByteWriter(Math.max(size, tagBytes))
  writer.u32(life).u32(session).u32(sequence)
  for (let i = tagBytes; i < size; i++) writer.u8(fill(sequence, i))
  return writer.copy()
}

/** The tag of a frame, or what is wrong with it. */
export function readTag(bytes: Uint8Array): Tag | string {
  if (bytes.length < tagBytes) return `a frame of ${bytes.length} bytes`
  const reader = new ByteReader(bytes, 'a frame')
  const tag = { life: reader.u32(), session: reader.u32(), sequence: reader.u32() }
  for (let i = tagBytes; i < bytes.length; i++) {
    if (bytes[i] !== fill(tag.sequence, i)) return `frame ${tag.sequence} has another byte at ${i}`
  }
  return tag
}

function fill(sequence: number, position: number): number {
  return (sequence * 7 + position * 13 + (position >>> 8)) & 0xff
}
