import type { Epoch, LogIndex, RequestId } from '../ids.ts'

/**
 * What an entry is for.
 * - `command`: a command of the state machine.
 * - `noop`: nothing; a new leader's first entry, or the filling of a hole.
 * - `membership`: a membership, encoded with `encodeMembership`.
 * - `blank`: a command's place in the log of a witness, which keeps no commands. No machine is shown it.
 */
export type EntryKind = 'command' | 'noop' | 'membership' | 'blank'

/** One entry of the replicated log. Immutable: every replica and every part of a process may share the same object. */
export interface Entry {
  readonly index: LogIndex
  /** The epoch of its *first* proposer, and part of its value: never re-stamped. */
  readonly epoch: Epoch
  /** The first proposer's wall clock, milliseconds since 1970. */
  readonly time: number
  readonly kind: EntryKind
  /** Who waits for the result; undefined for entries that an engine made itself. */
  readonly request: RequestId | undefined
  /** The command as its origin encoded it. Only `apply` looks inside. */
  readonly data: Uint8Array
  /**
   * The entry's one binary form (see `encodeEntry`), kept by the first who makes or receives it, so that an entry is
   * encoded once in the whole cluster. A cache, not part of the value.
   */
  encoded: Uint8Array | undefined
}

/** Makes an entry that has not been encoded yet. */
export function makeEntry(
  index: LogIndex,
  epoch: Epoch,
  time: number,
  kind: EntryKind,
  request: RequestId | undefined,
  data: Uint8Array,
): Entry {
  return { index, epoch, time, kind, request, data, encoded: undefined }
}

/** An entry as a witness keeps it: a command leaves nothing but its place and epoch. */
export function blankEntry(entry: Entry): Entry {
  const { index, epoch, time, kind } = entry
  return kind === 'command' ? makeEntry(index, epoch, time, 'blank', undefined, noBytes) : entry
}

export const noBytes: Uint8Array = new Uint8Array(0)
