import { ByteWriter } from '../bytes/byte-writer.ts'
import { assert } from '../assert.ts'

const tags = {
  undefined: 0,
  null: 1,
  false: 2,
  true: 3,
  number: 4,
  string: 5,
  bytes: 6,
  array: 7,
  map: 8,
  set: 9,
  object: 10,
}

/**
 * The canonical binary form of plain data: equal values give equal bytes, whatever order keys, map entries and set
 * members were added in. For fingerprints of states. Fields named `encoded` are caches and left out, fields that are
 * undefined count as absent, and -0 is 0: encodings do not keep these apart either.
 */
export function encodeCanonical(value: unknown): Uint8Array {
  const writer = new ByteWriter(1024)
  writeValue(writer, value)
  return writer.copy()
}

function writeValue(writer: ByteWriter, value: unknown): void {
  if (value === undefined) writer.u8(tags.undefined)
  else if (value === null) writer.u8(tags.null)
  else if (typeof value === 'boolean') writer.u8(value ? tags.true : tags.false)
  else if (typeof value === 'number') writer.u8(tags.number).f64(value + 0) // -0 is 0
  else if (typeof value === 'string') writeString(writer, value)
  else {
    assert(typeof value === 'object', 'only plain data has a canonical form', { type: typeof value })
    writeObject(writer, value)
  }
}

function writeString(writer: ByteWriter, text: string): void {
  writer.u8(tags.string).u32(text.length)
  for (let i = 0; i < text.length; i++) writer.u8(text.charCodeAt(i) & 0xff).u8(text.charCodeAt(i) >> 8)
}

function writeObject(writer: ByteWriter, value: object): void {
  if (value instanceof Uint8Array) writer.u8(tags.bytes).u32(value.length).raw(value)
  else if (Array.isArray(value)) writeList(writer, tags.array, value)
  else if (value instanceof Map) writeList(writer, tags.map, [...value].sort(byFirst).flat())
  else if (value instanceof Set) writeList(writer, tags.set, [...value].sort(compare))
  else {
    const fields = value as Record<string, unknown>
    const keys = Object.keys(fields).filter((key) => key !== 'encoded' && fields[key] !== undefined)
    writeList(
      writer,
      tags.object,
      keys.sort().flatMap((key) => [key, fields[key]]),
    )
  }
}

function writeList(writer: ByteWriter, tag: number, items: readonly unknown[]): void {
  writer.u8(tag).u32(items.length)
  for (const item of items) writeValue(writer, item)
}

function byFirst(a: readonly [unknown, unknown], b: readonly [unknown, unknown]): number {
  return compare(a[0], b[0])
}

function compare(a: unknown, b: unknown): number {
  assert(
    typeof a === typeof b && (typeof a === 'number' || typeof a === 'string'),
    'keys are all numbers or all strings',
  )
  return (a as number) < (b as number) ? -1 : (a as number) > (b as number) ? 1 : 0
}
