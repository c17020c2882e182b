/** What a register or a key can hold. `null` is the empty register, or a key that is absent. */
export type Value = string | number | boolean | null

/**
 * Of a longer string only this many characters at each end are hashed; equality is always checked in full.
 */
const hashedEnd = 32

/** A hash of a value: equal values have equal hashes. */
export function hashValue(value: Value): number {
  if (typeof value === 'number') return Math.imul(value | 0, 0x9e3779b1) ^ 1
  if (typeof value === 'string') return hashText(value)
  return value === null ? 2 : value ? 3 : 4
}

function hashText(text: string): number {
  let hash = 0x811c9dc5 ^ text.length
  const head = Math.min(text.length, hashedEnd)
  for (let at = 0; at < head; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  for (let at = Math.max(head, text.length - hashedEnd); at < text.length; at++) {
    hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  }
  return hash
}

/** A value for people: strings in quotes, `null` as `nothing`. */
export function showValue(value: Value | undefined): string {
  if (value === undefined) return 'unknown'
  return value === null ? 'nothing' : JSON.stringify(value)
}
