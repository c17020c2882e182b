import { assert } from '../assert.ts'
import type { Epoch, LogIndex } from '../ids.ts'
import type { Entry } from './entry.ts'
import { type MemoryLog, epochAt, lastIndex } from './memory-log.ts'

/**
 * A dense log of which the older part may be in the log store alone, its newer part, `entries`, being in memory as well.
 * Epochs and sizes of all entries stay in memory, a run of entries at a time. They are counted when an entry comes and
 * is at hand anyway, so that letting go of thousands touches none of them. Plain data; the functions here and in
 * `shed-log.ts` are the only ones that change it.
 */
export interface TieredLog extends MemoryLog {
  /** The index before the first entry that the log store keeps; `base` is that before the first in memory. */
  storedBase: LogIndex
  /** The epoch of the entry at `storedBase`. */
  storedEpoch: Epoch
  /** Oldest first; together they are all entries, in memory or not. */
  runs: LogRun[]
  /** Bytes of commands in memory. */
  memoryBytes: number
  /** Bytes of the run in which memory begins that are not in memory; 0 if memory begins with a run. */
  cutBytes: number
  /** Bytes of commands in a run, at most, unless a single entry has more. */
  runBytes: number
}

/** Entries of one epoch that follow each other: what is let go of and read back. */
export interface LogRun {
  readonly from: LogIndex
  readonly epoch: Epoch
  /** Bytes of commands in them; of a run whose first entries were compacted when on disk, with those. */
  bytes: number
}

/** Entries in a run, at most. */
const runEntries = 1024

/** Entries read back at once, at most: small ones take room in memory, too. */
const readEntries = 4096

/** A log whose entries behind `base` are all in memory. */
export function createTieredLog(
  { index, epoch }: { readonly index: LogIndex; readonly epoch: Epoch },
  entries: readonly Entry[],
  runBytes: number,
): TieredLog {
  const log: TieredLog = {
    base: index,
    baseEpoch: epoch,
    entries: [],
    storedBase: index,
    storedEpoch: epoch,
    runs: [],
    memoryBytes: 0,
    cutBytes: 0,
    runBytes,
  }
  for (const entry of entries) appendEntry(log, entry)
  return log
}

/** Adds an entry behind the last one. The one function here that runs for every command. */
export function appendEntry(log: TieredLog, entry: Entry): void {
  log.entries.push(entry)
  log.memoryBytes += entry.data.length
  countEntry(log, entry)
}

function countEntry({ runs, runBytes, base }: TieredLog, { index, epoch, data }: Entry): void {
  const last = runs[runs.length - 1]
  const size = data.length
  if (
    last !== undefined &&
    last.epoch === epoch &&
    index !== base + 1 && // what came before is in the log store alone
    index - last.from < runEntries &&
    last.bytes + size <= runBytes // an entry that is larger alone has a run to itself
  ) {
    last.bytes += size
  } else runs.push({ from: index, epoch, bytes: size })
}

/** Drops every entry above `index`. Those must be in memory. */
export function truncateLogAfter(log: TieredLog, index: LogIndex): void {
  assert(index >= log.base, 'what is in the log store alone is never truncated', { index, base: log.base })
  const { runs } = log
  while (runs.length > 0 && runs[runs.length - 1]!.from > index) {
    const run = runs.pop()!
    log.memoryBytes -= run.bytes
    log.entries.length = run.from - log.base - 1
  }
  if (index >= lastIndex(log)) return
  const bytes = bytesOf(log.entries.slice(index - log.base))
  log.entries.length = index - log.base
  log.memoryBytes -= bytes
  runs[runs.length - 1]!.bytes -= bytes
  if (index === log.base) log.cutBytes = 0
}

/** Starts over behind a snapshot: no entry stays. */
export function resetLogTo(log: TieredLog, index: LogIndex, epoch: Epoch): void {
  log.base = index
  log.baseEpoch = epoch
  log.entries = []
  log.storedBase = index
  log.storedEpoch = epoch
  log.runs = []
  log.memoryBytes = 0
  log.cutBytes = 0
}

/** The epoch at `index`, wherever the entry is; undefined if it has been compacted or is not there yet. */
export function epochInLog(log: TieredLog, index: LogIndex): Epoch | undefined {
  if (index >= log.base) return epochAt(log, index)
  if (index <= log.storedBase) return index === log.storedBase ? log.storedEpoch : undefined
  return log.runs[runOf(log, index)]!.epoch
}

/**
 * The last index up to `limit` whose epoch is at most `epoch`; the base of the whole log if there is none above it. Epochs
 * never fall along a log, so nothing behind it can equal an entry of `epoch` or less.
 */
export function lastIndexOfEpoch(log: TieredLog, limit: LogIndex, epoch: Epoch): LogIndex {
  let low = log.storedBase
  let high = Math.max(low, Math.min(limit, lastIndex(log)))
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (epochInLog(log, middle)! <= epoch) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * How far to read back at once from `index`, which is not in memory: to the end of its run, and on over runs of the same
 * epoch while they are small.
 */
export function endOfRead(log: TieredLog, index: LogIndex): LogIndex {
  const { runs, base, runBytes } = log
  let position = runOf(log, index)
  const { epoch } = runs[position]!
  let { bytes } = runs[position]!
  for (let next = runs[position + 1]; next?.epoch === epoch; next = runs[position + 1]) {
    bytes += next.bytes
    if (bytes > runBytes || next.from > base || endOf(log, position + 1) - index >= readEntries) break
    position += 1
  }
  return Math.min(endOf(log, position), base)
}

/** The last index of the run at `position`. */
export function endOf(log: TieredLog, position: number): LogIndex {
  const next = log.runs[position + 1]
  return next === undefined ? lastIndex(log) : next.from - 1
}

/** The position of the run with `index`, which lies above the base. */
export function runOf({ runs }: TieredLog, index: LogIndex): number {
  let low = 0
  let high = runs.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (runs[middle]!.from <= index) low = middle
    else high = middle - 1
  }
  return low
}

export function bytesOf(entries: readonly Entry[]): number {
  let bytes = 0
  for (let i = 0; i < entries.length; i++) bytes += entries[i]!.data.length
  return bytes
}

/** Checks what must hold of it. Throws an `InvariantViolation`. For tests and simulation: looks at all that is in memory. */
export function checkTieredLog(log: TieredLog): void {
  const { base, storedBase, storedEpoch, runs, memoryBytes, cutBytes } = log
  let epoch = log.baseEpoch
  log.entries.forEach((entry, position) => {
    assert(entry.index === base + position + 1, 'a log is dense', { position, index: entry.index })
    assert(entry.epoch >= epoch, 'epochs do not fall along a log', { index: entry.index, epoch: entry.epoch })
    epoch = entry.epoch
  })
  const bytes = bytesOf(log.entries)
  assert(bytes === memoryBytes, 'bytes in memory are counted', { bytes, counted: memoryBytes })
  assert(storedBase <= base, 'what is in the log store alone is older than what is in memory')
  assert(runs.length > 0 === storedBase < lastIndex(log), 'runs are all entries', { runs: runs.length })
  let before: LogRun = { from: storedBase, epoch: storedEpoch, bytes: 0 }
  runs.forEach((run, position) => {
    assert(position > 0 ? run.from > before.from : run.from === storedBase + 1, 'runs follow each other', {
      ...run,
    })
    assert(run.epoch >= before.epoch, 'epochs do not fall along a log', { ...run })
    before = run
    if (run.from <= base) return
    const held = log.entries.slice(run.from - base - 1, endOf(log, position) - base)
    assert(
      held.every((entry) => entry.epoch === run.epoch),
      'a run is of one epoch',
      { ...run },
    )
    assert(bytesOf(held) === run.bytes, 'bytes of a run are counted', { ...run, held: bytesOf(held) })
  })
  assert(before.from <= lastIndex(log) || runs.length === 0, 'runs end with the log', { ...before })
  const begin = base < lastIndex(log) ? runs[runOf(log, base + 1)] : undefined
  assert(cutBytes === 0 || (begin !== undefined && begin.from <= base), 'memory begins inside of a run', {
    cutBytes,
  })
  if (begin === undefined || begin.from > base) return
  const rest = bytesOf(log.entries.slice(0, endOf(log, runs.indexOf(begin)) - base))
  assert(rest + cutBytes === begin.bytes, 'bytes of the run in which memory begins are counted', {
    rest,
    cutBytes,
  })
}
