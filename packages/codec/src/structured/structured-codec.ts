import { QuorateError, type Codec } from '@quorate/core'
import { Packr, RESET_BUFFER_MODE } from 'msgpackr'
import { asPlainBytes } from '../plain-bytes.ts'
import { checkOwnVersion, checkVersion } from '../version-byte.ts'
import { MsgpackGuard, oneByteRecords } from './msgpack-guard.ts'
import { ShapeList } from './shape-list.ts'

/** What makes up a structured codec. Both sides of a wire, and all versions of a program, must agree on it. */
export interface StructuredCodecOptions<T> {
  /** Names the encoded thing in errors: "raft message". */
  readonly name: string
  /** 1 to 255: the first byte of every encoding. Raise it whenever `structures` grows. */
  readonly version: number
  /**
   * Every record shape in a value: its keys in the order in which the objects have them. A record is encoded as the
   * place of its shape in this list and its values, without its keys. The list may only grow at its end: what older
   * versions wrote is read with the newer list. At most 8160 entries; the first 32 take one byte each, later ones two.
   */
  readonly structures: readonly (readonly string[])[]
  /**
   * What becomes of an object whose shape is not in the list: `refuse` to encode it, so that a forgotten shape is
   * found at once; or write it as a `map` with its keys, larger and slower but as stateless.
   *
   * @defaultValue `'refuse'`
   */
  readonly unlisted?: 'refuse' | 'map'
  /** Checks what was decoded, beyond its structure. `false` is a `DECODE` error. */
  readonly accepts?: (value: unknown) => value is T
}

/**
 * A codec for plain data: objects, arrays, strings, numbers, booleans, `null`, `undefined` and `Uint8Array`, in any
 * nesting up to 64 levels. It keeps no state between calls, so any two instances with the same list understand each
 * other in any order. Bytes come back as views of the input, `-0` as 0; a class instance comes back as a plain object
 * and a `Set` as an array, so do not put those in. A `bigint` is refused; a lone surrogate in text becomes U+FFFD. Not canonical: equal objects with other key
 * order have other bytes.
 *
 * @throws QuorateError from `encode`: `USAGE` for a value outside of that; from `decode`: `DECODE` for bytes that are
 *   not an encoding, `NEWER_VERSION` for those of a newer program; from this function: `USAGE` for a faulty list
 */
export function structuredCodec<T>(options: StructuredCodecOptions<T>): Codec<T> {
  const { name, version, structures, accepts } = options
  checkOwnVersion(version, name)
  if (structures.length > maximumStructures) {
    throw new QuorateError('USAGE', `${name}: more than ${maximumStructures} structures`)
  }
  const shapes = new ShapeList(structures, name)
  const guard = new MsgpackGuard(structures.map((keys) => keys.length))
  const packr = makePackr(structures, (object) => {
    if (shapes.has(object)) return true
    if (options.unlisted === 'map' && !Object.hasOwn(object, '__proto__')) return false
    throw new QuorateError(
      'USAGE',
      `cannot encode ${name}: {${Object.keys(object).join(', ')}} is not a listed structure`,
    )
  })

  return {
    encode(value: T): Uint8Array {
      const packed = pack(packr, value, name)
      // msgpackr's memory is used again by the next call: the caller gets bytes of its own.
      const bytes = new Uint8Array(packed.length + 1)
      bytes[0] = version
      bytes.set(packed, 1)
      const problem = guard.problem(bytes, 1, true)
      if (problem !== undefined) throw new QuorateError('USAGE', `cannot encode ${name}: ${problem}`)
      return bytes
    },
    decode(bytes: Uint8Array): T {
      checkVersion(bytes[0], version, name)
      // A plain view: msgpackr gives Buffer views of a Buffer, and leaves a property on the array that it reads.
      const body = asPlainBytes(bytes).subarray(1)
      const problem = guard.problem(body, 0, false)
      if (problem !== undefined) throw new QuorateError('DECODE', `cannot decode ${name}: ${problem}`)
      const value = unpack(packr, body, name)
      if (accepts !== undefined && !accepts(value)) {
        throw new QuorateError('DECODE', `cannot decode ${name}: it is another value than was expected`)
      }
      return value as T
    },
  }
}

/** As many as msgpackr has ids for. */
const maximumStructures = 8160

/** A structure as msgpackr keeps it: the keys, with properties of its own. */
type Structure = string[] & { isShared?: boolean; highByte?: number }

function makePackr(list: readonly (readonly string[])[], isRecord: (object: object) => boolean): Packr {
  const structures = list.map((keys, index) => {
    const structure: Structure = [...keys]
    structure.isShared = true
    // As msgpackr marks structures that it loads by itself: ids above 32 have a second byte.
    if (index >= oneByteRecords) structure.highByte = (index - oneByteRecords) >> 5
    return structure
  })
  return new Packr({
    structures,
    maxSharedStructures: structures.length,
    maxOwnStructures: 0,
    shouldShareStructure: () => false,
    useRecords: isRecord,
    mapsAsObjects: true,
    int64AsType: 'number',
    useToJSON: false,
  })
}

function pack(packr: Packr, value: unknown, name: string): Uint8Array {
  try {
    return packr.pack(value, RESET_BUFFER_MODE)
  } catch (cause) {
    if (cause instanceof QuorateError) throw cause
    throw new QuorateError('USAGE', `cannot encode ${name}: ${messageOf(cause)}`, { cause })
  }
}

function unpack(packr: Packr, body: Uint8Array, name: string): unknown {
  try {
    return packr.unpack(body)
  } catch (cause) {
    throw new QuorateError('DECODE', `cannot decode ${name}: ${messageOf(cause)}`, { cause })
  }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
