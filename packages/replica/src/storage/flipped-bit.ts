/** CRC-32/IEEE, its bits mirrored. */
const polynomial = 0xedb88320

/**
 * Could one flipped bit have made these bytes what they are: a bit that is zero now, in a byte of which `isSuspect` is
 * true? Checksums are linear: what a flipped bit does to one depends on how many bits follow it, and on nothing else.
 *
 * @param wrongBy the checksum of the bytes as they are, XOR the one that they should have
 */
export function isOneFlippedBit(
  bytes: Uint8Array,
  wrongBy: number,
  isSuspect: (position: number) => boolean,
): boolean {
  let effect = 1
  for (let position = bytes.length - 1; position >= 0; position--) {
    for (let bit = 7; bit >= 0; bit--) {
      effect = effect & 1 ? (effect >>> 1) ^ polynomial : effect >>> 1
      if (effect >>> 0 === wrongBy >>> 0) return (bytes[position]! & (1 << bit)) === 0 && isSuspect(position)
    }
  }
  return false
}
