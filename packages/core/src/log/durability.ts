import type { Epoch, LogIndex } from '../ids.ts'

/**
 * Names one `persist`. It comes back in `persisted` or `persistFailed`. `sequence` counts an engine's persists from 1;
 * `epoch` is the leadership in which it was made, for traces and for asserting.
 */
export interface Token {
  readonly epoch: Epoch
  readonly sequence: number
}

/**
 * How far a dense log is durable, given that writes complete later. Plain data. Guards against the ABA race: a write
 * of entries that were replaced before it completed does not make their replacements durable.
 */
export interface Durability {
  /** The sequence of the last persist handed out. */
  lastSequence: number
  /** The sequence of the last persist known durable. */
  durableSequence: number
  /** Every entry up to here is durable. */
  durableIndex: LogIndex
  /** Persists under way, oldest first: how far the log reached with each. */
  outstanding: { sequence: number; index: LogIndex }[]
}

export function createDurability(durableIndex: LogIndex): Durability {
  return { lastSequence: 0, durableSequence: 0, durableIndex, outstanding: [] }
}

/** Notes a new persist after which the log reaches `index`; gives its sequence. */
export function beginPersist(durability: Durability, index: LogIndex): number {
  durability.lastSequence += 1
  durability.outstanding.push({ sequence: durability.lastSequence, index })
  return durability.lastSequence
}

/** Notes that the log no longer holds what it held above `index`: neither old nor pending writes count there. */
export function noteTruncation(durability: Durability, index: LogIndex): void {
  durability.durableIndex = Math.min(durability.durableIndex, index)
  for (const write of durability.outstanding) write.index = Math.min(write.index, index)
}

/**
 * Notes that the persist `sequence`, and with it every earlier one, is durable. (A replica reports completions to its
 * engine in order, whatever the store does.)
 */
export function endPersist(durability: Durability, sequence: number): void {
  while (durability.outstanding.length > 0 && durability.outstanding[0]!.sequence <= sequence) {
    const write = durability.outstanding.shift()!
    durability.durableIndex = Math.max(durability.durableIndex, write.index)
    durability.durableSequence = write.sequence
  }
}

/** Is every persist handed out durable? */
export function isDurable(durability: Durability): boolean {
  return durability.outstanding.length === 0
}

/**
 * The token for an engine's `take`: a new one if this turn persists something and the log then reaches `index`;
 * otherwise the last one still under way; undefined if all is durable.
 */
export function takeToken(
  durability: Durability,
  epoch: Epoch,
  persists: boolean,
  index: LogIndex,
): Token | undefined {
  if (persists) return { epoch, sequence: beginPersist(durability, index) }
  return isDurable(durability) ? undefined : { epoch, sequence: durability.lastSequence }
}
