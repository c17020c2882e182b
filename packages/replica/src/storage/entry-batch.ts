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

/** Writes entries one behind the other. Those that already lie so, as after `encodeEntries`, are copied at once. */
export function writeEntries(writer: ByteWriter, entries: readonly Entry[]): void {
  encodeEntries(entries)
  let run: Uint8Array | undefined
  let runEnd = 0
  let buffer: ArrayBufferLike | undefined
  for (const entry of entries) {
    const bytes = entry.encoded!
    if (run !== undefined && bytes.byteOffset === runEnd && bytes.buffer === buffer) {
      runEnd += bytes.length
      continue
    }
    flushRun(writer, run, runEnd)
    run = bytes
    buffer = bytes.buffer
    runEnd = bytes.byteOffset + bytes.length
  }
  flushRun(writer, run, runEnd)
}

function flushRun(writer: ByteWriter, run: Uint8Array | undefined, end: number): void {
  if (run === undefined) return
  const length = end - run.byteOffset
  writer.raw(length === run.length ? run : new Uint8Array(run.buffer, run.byteOffset, length))
}
