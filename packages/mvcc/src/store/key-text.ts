/**
 * A key inside the store: one UTF-16 unit for each byte. Strings of such units are held one byte a unit, compare like
 * memcmp, and cost a fifth of the memory of a small `Uint8Array`. Never shown outside.
 */
export type KeyText = string

const fromUnits = String.fromCharCode

/** The inner form of a key. */
export function keyText(bytes: Uint8Array): KeyText {
  const { length } = bytes
  let text = ''
  let i = 0
  // Eight at a time, and then what is left: building a string unit by unit makes many small ones on the way.
  for (; i + 8 <= length; i += 8) {
    text += fromUnits(
      bytes[i]!,
      bytes[i + 1]!,
      bytes[i + 2]!,
      bytes[i + 3]!,
      bytes[i + 4]!,
      bytes[i + 5]!,
      bytes[i + 6]!,
      bytes[i + 7]!,
    )
  }
  if (i + 4 <= length) {
    text += fromUnits(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!, bytes[i + 3]!)
    i += 4
  }
  switch (length - i) {
    case 3:
      return text + fromUnits(bytes[i]!, bytes[i + 1]!, bytes[i + 2]!)
    case 2:
      return text + fromUnits(bytes[i]!, bytes[i + 1]!)
    case 1:
      return text + fromUnits(bytes[i]!)
    default:
      return text
  }
}

/** The key that `keyText` was given, in memory of its own. */
export function keyBytes(text: KeyText): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i)
  return bytes
}

/** Keys from `from` up to, but not with, `to`; `to` is `undefined` if there is no end. */
export interface KeyRange {
  readonly from: KeyText
  readonly to: KeyText | undefined
}

/** One key, as a range: the next key in order is the key with a zero byte after it. */
export function singleKey(key: KeyText): KeyRange {
  return { from: key, to: `${key}\0` }
}

/**
 * etcd's convention, understood in this one place: no end is the key alone, one zero byte is everything from the key
 * on, and an end that is not above the key makes an empty range.
 */
export function keyRange(key: Uint8Array, rangeEnd: Uint8Array | undefined): KeyRange {
  const from = keyText(key)
  if (isSingle(rangeEnd)) return singleKey(from)
  if (rangeEnd.length === 1 && rangeEnd[0] === 0) return { from, to: undefined }
  return { from, to: keyText(rangeEnd) }
}

/** Does this `rangeEnd` mean the key alone? */
export function isSingle(rangeEnd: Uint8Array | undefined): rangeEnd is undefined {
  return rangeEnd === undefined || rangeEnd.length === 0
}

/** Is `key` in the range? */
export function inRange(range: KeyRange, key: KeyText): boolean {
  return key >= range.from && (range.to === undefined || key < range.to)
}
