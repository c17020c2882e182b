const twoTo32 = 4_294_967_296
const offsetHigh = 0xcbf2_9ce4
const offsetLow = 0x8422_2325
/** The 64-bit FNV prime is 2⁴⁰ + 435. */
const primeLow = 435

/**
 * `hash(value) mod modulus`, where hash is YCSB's: 64-bit FNV-1a over the eight bytes of `value`, lowest first, and of
 * that the absolute value as a signed number. In 32-bit halves, because a bigint costs thirty times as much.
 *
 * @param value a safe integer, not negative
 * @param modulus 1 … 2²⁶, so that the last product stays exact
 */
export function fnvModulo(value: number, modulus: number): number {
  let high = offsetHigh
  let low = offsetLow
  let octets = value >>> 0
  for (let i = 0; i < 8; i++) {
    if (i === 4) octets = Math.floor(value / twoTo32)
    low = (low ^ (octets & 0xff)) >>> 0
    octets >>>= 8
    const product = low * primeLow
    const lowest = product >>> 0
    // Times 2⁴⁰ moves the low half eight bits into the high half, and the rest out.
    high = (high * primeLow + (product - lowest) / twoTo32 + low * 256) >>> 0
    low = lowest
  }
  if (high >= 0x8000_0000) {
    low = -low >>> 0
    high = (~high + (low === 0 ? 1 : 0)) >>> 0
  }
  return ((high % modulus) * (twoTo32 % modulus) + (low % modulus)) % modulus
}
