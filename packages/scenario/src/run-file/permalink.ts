import { utf8Decode, utf8Encode } from '@quorate/codec'
import { QuorateError, crc32 } from '@quorate/core'
import { compact, expand } from './compaction.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

/** The version of the encoding: the first byte. */
const version = 1
const headBytes = 5

/** Longer texts are not decoded: a link is from anywhere. */
const longestText = 2 ** 20

/** A text, such as a run file's, as the end of a link: letters, digits, `-` and `_` alone. */
export function encodeRun(text: string): string {
  const bytes = utf8Encode(text)
  const packed = compact(bytes)
  const all = new Uint8Array(headBytes + packed.length)
  all[0] = version
  new DataView(all.buffer).setUint32(1, crc32(bytes))
  all.set(packed, headBytes)
  return toBase64(all)
}

/**
 * The text of {@link encodeRun}.
 *
 * @throws QuorateError `USAGE` for what is no such link, or only a part of one
 */
export function decodeRun(link: string): string {
  const all = fromBase64(link.trim())
  if (all === undefined || all.length < headBytes)
    throw damaged('it has characters that no such link has, or too few')
  if (all[0] !== version) throw damaged(`it is of version ${all[0]}, and this reads version ${version}`)
  const bytes = expand(all.subarray(headBytes), longestText)
  if (bytes === undefined || crc32(bytes) !== new DataView(all.buffer).getUint32(1)) {
    throw damaged('a part is missing or changed')
  }
  return utf8Decode(bytes)
}

function damaged(reason: string): QuorateError {
  return new QuorateError('USAGE', `this is no link to a run: ${reason}; copy the whole link again`)
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const bits = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const digits = Math.min(4, bytes.length - i + 1)
    for (let digit = 0; digit < digits; digit++) text += alphabet[(bits >> (18 - 6 * digit)) & 63]
  }
  return text
}

function fromBase64(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  for (let i = 0; i < text.length; i++) {
    const digit = alphabet.indexOf(text[i]!)
    if (digit < 0) return undefined
    bits = ((bits << 6) | digit) & 0xff_ffff
    const whole = (i * 6 + 6) >> 3
    if (whole > (i * 6) >> 3) bytes[whole - 1] = (bits >> ((i * 6 + 6) & 7)) & 0xff
  }
  return bytes
}
