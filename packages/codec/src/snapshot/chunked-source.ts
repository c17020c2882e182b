import { ByteWriter, type SnapshotSource } from '@quorate/core'

/** The largest piece that a snapshot source gives, in bytes. */
export const snapshotChunkBytes: number = 256 * 1024

/** Writes a snapshot record by record, yielding after each, so that it can pause wherever a piece is full. */
export type SnapshotSteps = Generator<void, void, void>

/**
 * A snapshot source over a generator that writes records: pieces of `snapshotChunkBytes`, whatever the records' sizes.
 * Only what one piece needs is encoded at a time; a record larger than a piece is held whole until it is handed out.
 *
 * @param steps makes the generator; the state that it reads must not change under it
 * @param release called once, when nothing more will be read: at the end or by `close`, whichever comes first
 */
export function chunkedSource(
  steps: (writer: ByteWriter) => SnapshotSteps,
  release: () => void,
): SnapshotSource {
  let writer = new ByteWriter(snapshotChunkBytes + 4096)
  let given = 0
  let open = true
  const generator = steps(writer)

  function finish(): void {
    if (!open) return
    open = false
    writer = new ByteWriter(0)
    given = 0
    release()
  }

  /** Moves what is left to the front, then writes on until a piece is full or the end is reached. */
  function refill(): void {
    const rest = writer.written().slice(given)
    writer.reset()
    writer.raw(rest)
    given = 0
    let ended = false
    while (!ended && writer.length < snapshotChunkBytes) ended = generator.next().done === true
  }

  return {
    next(): Uint8Array | undefined {
      if (!open) return undefined
      if (writer.length - given < snapshotChunkBytes) refill()
      const end = Math.min(writer.length, given + snapshotChunkBytes)
      const piece = writer.written().slice(given, end)
      given = end
      if (piece.length > 0) return piece
      finish()
      return undefined
    },
    close: finish,
  }
}
