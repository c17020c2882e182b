import { QuorateError } from '@quorate/core'

// Present in browsers and in Node, but typed only by the DOM library or by @types/node, which pure packages do not use.
declare const TextEncoder: new () => { encode(text: string): Uint8Array }
declare const TextDecoder: new (
  label: string,
  options: { readonly fatal: boolean; readonly ignoreBOM: boolean },
) => { decode(bytes: Uint8Array): string }

const encoder = /* @__PURE__ */ new TextEncoder()
// `ignoreBOM` keeps a leading U+FEFF in the text; the default would drop it, and then text would not round trip.
const decoder = /* @__PURE__ */ new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Below this length a loop over ASCII is faster than a call of the platform's coder. */
const shortText = 64

/** Text as UTF-8. A lone surrogate, which UTF-8 cannot express, becomes U+FFFD. */
export function utf8Encode(text: string): Uint8Array {
  const length = text.length
  if (length > shortText) return encoder.encode(text)
  const bytes = new Uint8Array(length)
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i)
    if (unit > 0x7f) return encoder.encode(text)
    bytes[i] = unit
  }
  return bytes
}

/**
 * UTF-8 as text.
 *
 * @param what names the thing being read, for the error's message
 * @throws QuorateError `DECODE` if the bytes are not well-formed UTF-8
 */
export function utf8Decode(bytes: Uint8Array, what = 'text'): string {
  if (bytes.length <= shortText && isAscii(bytes))
    return String.fromCharCode.apply(null, bytes as unknown as number[])
  try {
    return decoder.decode(bytes)
  } catch (cause) {
    throw new QuorateError('DECODE', `cannot decode ${what}: it is not UTF-8`, { cause })
  }
}

function isAscii(bytes: Uint8Array): boolean {
  for (let i = 0; i < bytes.length; i++) if (bytes[i]! > 0x7f) return false
  return true
}
