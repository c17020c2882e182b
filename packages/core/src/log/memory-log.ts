import { assert } from '../assert.ts'
import type { Epoch, LogIndex } from '../ids.ts'
import type { Entry } from './entry.ts'

/**
 * The part of a dense log that an engine holds in memory: entries `base + 1 … last`. Plain data; the functions below
 * are the only ones that change it. Shared by the engines whose log has no holes.
 */
export interface MemoryLog {
  /** The index before the first entry held. */
  base: LogIndex
  /** The epoch of the entry at `base`. */
  baseEpoch: Epoch
  entries: Entry[]
}

export function createMemoryLog(base: LogIndex, baseEpoch: Epoch, entries: readonly Entry[]): MemoryLog {
  const log: MemoryLog = { base, baseEpoch, entries: [] }
  appendEntries(log, entries)
  return log
}

export function lastIndex(log: MemoryLog): LogIndex {
  return log.base + log.entries.length
}

export function lastEpoch(log: MemoryLog): Epoch {
  const count = log.entries.length
  return count === 0 ? log.baseEpoch : log.entries[count - 1]!.epoch
}

/** The epoch at `index`; undefined if the log does not reach it or has forgotten it. */
export function epochAt(log: MemoryLog, index: LogIndex): Epoch | undefined {
  if (index === log.base) return log.baseEpoch
  return log.entries[index - log.base - 1]?.epoch
}

export function entryAt(log: MemoryLog, index: LogIndex): Entry | undefined {
  return log.entries[index - log.base - 1]
}

/** Adds entries behind the last one. */
export function appendEntries(log: MemoryLog, entries: readonly Entry[]): void {
  for (const entry of entries) {
    assert(entry.index === lastIndex(log) + 1, 'a log has no holes', {
      index: entry.index,
      last: lastIndex(log),
    })
    log.entries.push(entry)
  }
}

/** Drops every entry above `index`. */
export function truncateAfter(log: MemoryLog, index: LogIndex): void {
  assert(index >= log.base, 'nothing below the base can be truncated', { index, base: log.base })
  if (index < lastIndex(log)) log.entries.length = index - log.base
}

/** Forgets every entry up to and including `index`, which the log must reach. */
export function forgetTo(log: MemoryLog, index: LogIndex): void {
  if (index <= log.base) return
  const epoch = epochAt(log, index)
  assert(epoch !== undefined, 'the log reaches what it forgets', { index, last: lastIndex(log) })
  log.entries = log.entries.slice(index - log.base) // several times as fast as to splice away what goes
  log.base = index
  log.baseEpoch = epoch
}

/** Starts over behind a snapshot at `index`. Keeps the entries above it if the log has the same entry there. */
export function resetTo(log: MemoryLog, index: LogIndex, epoch: Epoch): void {
  if (epochAt(log, index) === epoch) return forgetTo(log, index)
  log.base = index
  log.baseEpoch = epoch
  log.entries = []
}

/**
 * The entries `from … to`, both included, cut so that their data is at most `maxBytes`, though never to nothing.
 */
export function sliceEntries(log: MemoryLog, from: LogIndex, to: LogIndex, maxBytes: number): Entry[] {
  assert(from > log.base, 'the entries asked for are in memory', { from, base: log.base })
  const start = from - log.base - 1
  const end = Math.max(start, Math.min(to, lastIndex(log)) - log.base)
  let bytes = 0
  for (let i = start; i < end; i++) {
    bytes += log.entries[i]!.data.length
    if (bytes > maxBytes && i > start) return log.entries.slice(start, i)
  }
  return log.entries.slice(start, end)
}
