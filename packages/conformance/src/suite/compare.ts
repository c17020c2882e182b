import { encodeCanonical, equalBytes } from '@quorate/core'
import { breach } from './failure.ts'

/** Are two plain values equal? Encodings kept beside an entry do not count, nor does the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  return equalBytes(encodeCanonical(a), encodeCanonical(b))
}

/** Checks that a plain value is what it must be. */
export function checkSame(actual: unknown, expected: unknown, what: string): void {
  if (!isSame(actual, expected)) breach(`${what}: ${show(actual)}; expected: ${show(expected)}`)
}

const shownBytes = 24
const shownText = 600

/** A plain value in a line, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, (key, item: unknown) => (key === 'encoded' ? undefined : plain(item)))
  const whole = text ?? 'undefined'
  return whole.length > shownText ? `${whole.slice(0, shownText)}…` : whole
}

function plain(item: unknown): unknown {
  if (item instanceof Uint8Array) {
    const more = item.length > shownBytes ? `… ${item.length} bytes` : ''
    return `<${[...item.subarray(0, shownBytes)].join(' ')}${more}>`
  }
  if (item instanceof Map || item instanceof Set) return [...item]
  return typeof item === 'bigint' ? `${item}n` : item
}

/** The code of the QuorateError that an action throws, `none` if it throws nothing, a description of anything else. */
export function codeOf(action: () => unknown): string {
  try {
    action()
    return 'none'
  } catch (error) {
    return codeOfError(error)
  }
}

/** By name: an error of another copy of core is as good. */
export function codeOfError(error: unknown): string {
  const { name, code } = (error ?? {}) as { name?: unknown; code?: unknown }
  if (name === 'QuorateError' && typeof code === 'string') return code
  return `an exception that is no QuorateError: ${String(error)}`
}

/** Is that the code of a QuorateError? */
export function isCode(code: string): boolean {
  return code !== 'none' && /^[A-Z_]+$/.test(code)
}
