/** CRC-32/IEEE in plain code, the polynomial of `zlib.crc32`, for platforms without it. */
const table: Uint32Array = /* @__PURE__ */ buildTable()

function buildTable(): Uint32Array {
  const result = new Uint32Array(256)
  for (let byte = 0; byte < 256; byte++) {
    let value = byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
    result[byte] = value
  }
  return result
}

/** The checksum of `bytes`, continuing from `seed` (the checksum of what came before). */
export function crc32(bytes: Uint8Array, seed = 0): number {
  let crc = ~seed
  for (let i = 0; i < bytes.length; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 0xff]!
  return ~crc >>> 0
}
