/** The `rangeEnd` that makes a range of all keys that begin with `prefix`; an empty prefix, or one of 0xff only: all from it on. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let last = prefix.length - 1; last >= 0; last--) {
    if (prefix[last]! === 0xff) continue
    const end = prefix.slice(0, last + 1)
    end[last] = end[last]! + 1
    return end
  }
  return new Uint8Array(1)
}
