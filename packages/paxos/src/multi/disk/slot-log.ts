import { assert, type Ballot, type Entry, type Epoch, type LogIndex } from '@quorate/core'

/**
 * What an acceptor has accepted, by slot, as far as it is in memory: for each slot the value with the highest ballot,
 * which is all that anyone ever asks for (Paxos Made Moderately Complex, §4.1). Slots up to `base` are chosen, applied
 * and compacted. Plain data; the functions below are the only ones that change it.
 */
export interface SlotLog {
  base: LogIndex
  /** The epoch of the entry at `base`. */
  baseEpoch: Epoch
  /** From slot `base + 1` on; a hole is undefined. The last one is none. */
  entries: (Entry | undefined)[]
  /** The ballot in which each was accepted. */
  ballots: (Ballot | undefined)[]
}

export function createSlotLog(base: LogIndex, baseEpoch: Epoch): SlotLog {
  return { base, baseEpoch, entries: [], ballots: [] }
}

/** The highest slot that something was accepted in. */
export function lastSlot(log: SlotLog): LogIndex {
  return log.base + log.entries.length
}

export function entryIn(log: SlotLog, slot: LogIndex): Entry | undefined {
  return log.entries[slot - log.base - 1]
}

export function ballotIn(log: SlotLog, slot: LogIndex): Ballot | undefined {
  return log.ballots[slot - log.base - 1]
}

/** The epoch of the entry in a slot, if it is known. */
export function epochIn(log: SlotLog, slot: LogIndex): Epoch | undefined {
  return slot === log.base ? log.baseEpoch : entryIn(log, slot)?.epoch
}

/** Puts an entry into its slot, whatever was there. */
export function putSlot(log: SlotLog, entry: Entry, ballot: Ballot): void {
  const position = entry.index - log.base - 1
  assert(position >= 0, 'a compacted slot is never written', { slot: entry.index, base: log.base })
  while (log.entries.length < position) {
    log.entries.push(undefined)
    log.ballots.push(undefined)
  }
  log.entries[position] = entry
  log.ballots[position] = ballot
}

/** The entries of `from … to`, all of which must be there. */
export function sliceSlots(log: SlotLog, from: LogIndex, to: LogIndex): Entry[] {
  const entries = log.entries.slice(from - log.base - 1, to - log.base)
  assert(entries.length === to - from + 1, 'the slots are in memory', { from, to, base: log.base })
  return entries as Entry[]
}

/** Forgets every slot up to and including `index`. Those above stay as they are: Paxos never takes one back. */
export function forgetSlots(log: SlotLog, index: LogIndex, epoch: Epoch): void {
  const count = Math.min(index - log.base, log.entries.length)
  log.entries.splice(0, count)
  log.ballots.splice(0, count)
  log.base = index
  log.baseEpoch = epoch
}

/** Where a log that is compacted at `index` may start, so that the last `count` entries with at most `bytes` stay. */
export function tailStart(log: SlotLog, index: LogIndex, count: number, bytes: number): LogIndex {
  let start = index
  let size = 0
  while (start > log.base && index - start < count) {
    size += entryIn(log, start)!.data.length
    if (size > bytes) break
    start -= 1
  }
  return start
}
