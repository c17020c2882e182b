import { ByteWriter, encodedLength, writeEntry } from '@quorate/core'
import type { Entry } from '@quorate/core'

/**
 * Gives every entry that has none its binary form, all of them in one buffer: the transport then sends the very bytes
 * that the log holds, and a batch costs one allocation.
 */
export function encodeEntries(entries: readonly Entry[]): void {
  let bytes = 0
  for (const entry of entries) if (entry.encoded === undefined) bytes += encodedLength(entry)
  if (bytes === 0) return
  const writer = new ByteWriter(bytes)
  const missing = entries.filter((entry) => entry.encoded === undefined)
  for (const entry of missing) writeEntry(writer, entry)
  const all = writer.written()
  let start = 0
  for (const entry of missing) {
    const end = start + encodedLength(entry)
    entry.encoded = all.subarray(start, end)
    start = end
  }
}
