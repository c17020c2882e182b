/**
 * Walks MessagePack bytes without decoding them, and says what in them a codec with fixed structures must not meet.
 *
 * msgpackr alone is not safe against hostile bytes here: an inline record definition would *replace* a structure of
 * the list for all later messages; its extensions make dates, regular expressions and errors out of bytes; a record id
 * that is not in the list reads as a number; a 64-bit integer beyond 2^53 is rounded in silence. The walk costs a
 * fraction of the decoding, allocates nothing and refuses all of these.
 */
export class MsgpackGuard {
  private readonly fieldCounts: readonly number[]
  private readonly twoByteIds: boolean
  private bytes: Uint8Array = new Uint8Array(0)
  private strict = false
  private at = 0

  /** @param fieldCounts the number of fields of each structure of the list, in order */
  constructor(fieldCounts: readonly number[]) {
    this.fieldCounts = fieldCounts
    this.twoByteIds = fieldCounts.length > oneByteRecords
  }

  /**
   * What is wrong with the one value that fills `bytes` from `start` on, or `undefined`.
   *
   * @param strict refuses also what would be read as another value than was written: used on our own output
   */
  problem(bytes: Uint8Array, start: number, strict: boolean): string | undefined {
    this.bytes = bytes
    this.at = start
    this.strict = strict
    const found = this.value(maximumDepth)
    const left = bytes.length - this.at
    this.bytes = noBytes
    if (found !== undefined) return found
    if (left < 0) return endsEarly
    return left > 0 ? `${left} bytes too many` : undefined
  }

  private value(depth: number): string | undefined {
    const token = this.bytes[this.at++]
    if (token === undefined) return endsEarly
    if (token < 0x40 || token >= 0xe0) return undefined
    if (depth === 0) return `it is nested deeper than ${maximumDepth} levels`
    if (token < 0x80) return this.record(token & 0x3f, depth)
    if (token < 0x90) return this.map(token & 0x0f, depth)
    if (token < 0xa0) return this.values(token & 0x0f, depth)
    if (token < 0xc0) return this.skip(token & 0x1f)
    return this.longForm(token, depth)
  }

  private longForm(token: number, depth: number): string | undefined {
    switch (token) {
      case 0xc0: // null
      case 0xc2: // false
      case 0xc3: // true
        return undefined
      case 0xc4: // bytes
        return this.skip(this.length(1))
      case 0xc5:
        return this.skip(this.length(2))
      case 0xc6:
        return this.skip(this.length(4))
      case 0xcc: // integers of 1 byte
      case 0xd0:
        return this.skip(1)
      case 0xcd: // of 2 bytes
      case 0xd1:
        return this.skip(2)
      case 0xca: // float, integers of 4 bytes
      case 0xce:
      case 0xd2:
        return this.skip(4)
      case 0xcb: // double
        return this.skip(8)
      case 0xcf: // integers of 8 bytes
      case 0xd3:
        return this.wideInteger(token === 0xd3)
      case 0xd4: // an extension of 1 byte: only `undefined`, type 0
        return this.undefinedValue()
      case 0xd9: // text
        return this.text(this.length(1))
      case 0xda:
        return this.text(this.length(2))
      case 0xdb:
        return this.text(this.length(4))
      case 0xdc: // array
        return this.values(this.length(2), depth)
      case 0xdd:
        return this.values(this.length(4), depth)
      case 0xde: // map
        return this.map(this.length(2), depth)
      case 0xdf:
        return this.map(this.length(4), depth)
      default:
        return `a token 0x${token.toString(16)} at byte ${this.at - 1}`
    }
  }

  private record(low: number, depth: number): string | undefined {
    let id = low
    if (this.twoByteIds && low >= oneByteRecords) id = low + (this.length(1) << 5)
    const fields = this.fieldCounts[id]
    if (fields === undefined) return `a record of structure ${id}, which is not in the list`
    return this.values(fields, depth)
  }

  private values(count: number, depth: number): string | undefined {
    // Every value takes a byte: a count that cannot be true is refused before the walk.
    if (count > this.bytes.length - this.at) return endsEarly
    for (let i = 0; i < count; i++) {
      const found = this.value(depth - 1)
      if (found !== undefined) return found
    }
    return undefined
  }

  private map(count: number, depth: number): string | undefined {
    if (2 * count > this.bytes.length - this.at) return endsEarly
    for (let i = 0; i < count; i++) {
      const token = this.bytes[this.at]
      if (token === undefined) return endsEarly
      if ((token & 0xe0) !== 0xa0 && (token < 0xd9 || token > 0xdb))
        return 'a map with a key that is not text'
      const found = this.value(depth - 1) ?? this.value(depth - 1)
      if (found !== undefined) return found
    }
    return undefined
  }

  private wideInteger(signed: boolean): string | undefined {
    if (this.strict) return 'a bigint, which would come back as a number'
    const high = this.length(4)
    this.at += 4
    const limit = 0x20_0000 // 2^53 / 2^32
    const safe = signed ? high < limit || high >= 0x1_0000_0000 - limit : high < limit
    return safe ? undefined : 'a number beyond 2^53'
  }

  private undefinedValue(): string | undefined {
    if (this.bytes[this.at] !== 0) return 'an extension type'
    return this.skip(2)
  }

  private text(length: number): string | undefined {
    const { bytes, at } = this
    // msgpackr hands long text to a TextDecoder that drops a byte order mark.
    const marked = bytes[at] === 0xef && bytes[at + 1] === 0xbb && bytes[at + 2] === 0xbf
    if (this.strict && marked && length > 64) return 'long text that begins with U+FEFF'
    return this.skip(length)
  }

  private length(size: 1 | 2 | 4): number {
    let value = 0
    for (let i = 0; i < size; i++) value = value * 256 + (this.bytes[this.at++] ?? 0)
    return value
  }

  private skip(count: number): string | undefined {
    this.at += count
    return this.at > this.bytes.length ? endsEarly : undefined
  }
}

/** Structure ids below this take one byte; above it two, in a list that is longer than this. */
export const oneByteRecords = 32

const maximumDepth = 64
const endsEarly = 'it ends early'
const noBytes = new Uint8Array(0)
