import { type ByteReader, type Entry, readEntry } from '@quorate/core'

/** Entries known at a time: more than are under way at a time. A power of two. */
const size = 1024

/** Where the index lies in an entry's binary form. */
const indexAt = 5

/**
 * Gives all replicas the same object for the same entry, where each would have made one of its own of the same bytes.
 * Entries do not change, so nobody can tell; but a run keeps a fifth of them, and the books need not compare them.
 */
export class EntryPool {
  private readonly known: (Entry | undefined)[] = Array.from({ length: size })

  /** Makes known an entry that a replica logs: those that it sends are equal to it. */
  add(entry: Entry): void {
    this.known[entry.index & (size - 1)] = entry
  }

  /** Reads an entry: the known one, if it has just those bytes. */
  readonly read = (reader: ByteReader): Entry => {
    const { bytes, position } = reader
    const known = this.known[bytes[position + indexAt]! | ((bytes[position + indexAt + 1]! & 3) << 8)]
    if (known?.encoded !== undefined && isAt(known.encoded, bytes, position)) {
      reader.position = position + known.encoded.length
      return known
    }
    const entry = readEntry(reader)
    this.add(entry)
    return entry
  }
}

/** Are `part` and what lies at `position` the same? Behind the end of `bytes` nothing is. */
function isAt(part: Uint8Array, bytes: Uint8Array, position: number): boolean {
  const { length } = part
  let i = 0
  while (i < length && part[i] === bytes[position + i]) i++
  return i === length
}
