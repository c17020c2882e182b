import { assert } from '../assert.ts'
import type { LogIndex } from '../ids.ts'
import { forgetTo, lastIndex } from './memory-log.ts'
import { type LogRun, type TieredLog, bytesOf, endOf, epochInLog, runOf } from './tiered-log.ts'

/** How much of a log is kept in memory: so many of its last entries, and so many bytes of commands in them. */
export interface MemoryBounds {
  readonly memoryTail: number
  readonly memoryTailBytes: number
}

/**
 * Once a turn: when twice as much is in memory as is to be kept there, lets go of the oldest entries, none above `end`: what
 * lies up to there is applied, durable, and of no more use but to a replica that is behind. By whole runs, so that no
 * entry is touched, unless a run is much beside the bounds.
 */
export function shedLog(log: TieredLog, end: LogIndex, bounds: MemoryBounds): void {
  const { memoryTail, memoryTailBytes } = bounds
  const most = 2 * memoryTail // what stays is copied: each entry once, if as many go
  const mostBytes = 2 * memoryTailBytes
  if (end <= log.base || (log.entries.length <= most && log.memoryBytes <= mostBytes)) return
  const last = lastIndex(log)
  const tail = tailOfRuns(log, last, memoryTail, memoryTailBytes)
  if (tail.start > log.base) {
    const run = log.runs[runOf(log, tail.start)]!
    const isLittle = last - run.from < most && tail.bytes + run.bytes <= mostBytes
    shedTo(
      log,
      Math.min(end, isLittle ? run.from - 1 : extendTail(log, last, tail, memoryTail, memoryTailBytes)),
    )
  }
}

/** Lets go of what is in memory up to `index`. It stays in the log store. */
export function shedTo(log: TieredLog, index: LogIndex): void {
  if (index <= log.base) return
  let position = runOf(log, log.base + 1)
  for (; position < log.runs.length && endOf(log, position) <= index; position++) {
    log.memoryBytes -= log.runs[position]!.bytes - log.cutBytes
    log.cutBytes = 0
  }
  const run = log.runs[position]
  if (run !== undefined && run.from <= index) {
    const first = Math.max(run.from, log.base + 1)
    const bytes = bytesOf(log.entries.slice(first - log.base - 1, index - log.base))
    log.memoryBytes -= bytes
    log.cutBytes += bytes
  }
  forgetTo(log, index)
}

/**
 * Where a tail that ends at `end` begins, be it in memory or not: at most `maxEntries` entries behind it up to `end`, and
 * at most `maxBytes` of commands in them. What is in the log store alone it takes by whole runs.
 */
export function startOfTail(log: TieredLog, end: LogIndex, maxEntries: number, maxBytes: number): LogIndex {
  return extendTail(log, end, tailOfRuns(log, end, maxEntries, maxBytes), maxEntries, maxBytes)
}

interface Tail {
  readonly start: LogIndex
  readonly bytes: number
}

/** As many runs as fit; of the last one as much as `end` leaves of it. */
function tailOfRuns(log: TieredLog, end: LogIndex, maxEntries: number, maxBytes: number): Tail {
  let start = end
  let bytes = 0
  for (let i = end > log.storedBase ? runOf(log, end) : -1; i >= 0; i--) {
    const run = log.runs[i]!
    const size = sizeUpTo(log, i, start)
    if (end - run.from + 1 > maxEntries || bytes + size > maxBytes) break
    bytes += size
    start = run.from - 1
  }
  return { start, bytes }
}

/** What fits of the run before, entry by entry, if it is in memory. */
function extendTail(
  log: TieredLog,
  end: LogIndex,
  tail: Tail,
  maxEntries: number,
  maxBytes: number,
): LogIndex {
  let { start, bytes } = tail
  for (; start > log.base && end - start < maxEntries; start--) {
    bytes += log.entries[start - log.base - 1]!.data.length
    if (bytes > maxBytes) break
  }
  return start
}

/** Bytes of the run at `position` up to `index`; if it is not in memory, of all of it. */
function sizeUpTo(log: TieredLog, position: number, index: LogIndex): number {
  const run = log.runs[position]!
  if (index <= log.base || index === endOf(log, position)) return run.bytes
  const first = Math.max(run.from, log.base + 1)
  const cut = run.from <= log.base ? log.cutBytes : 0
  return cut + bytesOf(log.entries.slice(first - log.base - 1, index - log.base))
}

/** Forgets every entry up to and including `index`, which the log must reach: a snapshot covers them. */
export function compactLogTo(log: TieredLog, index: LogIndex): void {
  if (index <= log.storedBase) return
  const epoch = epochInLog(log, index)
  assert(epoch !== undefined, 'the log reaches what it forgets', { index, last: lastIndex(log) })
  const position = runOf(log, index)
  const isCut = endOf(log, position) > index
  shedTo(log, index)
  const runs = log.runs.slice(isCut ? position : position + 1)
  if (isCut) runs[0] = cutRun(log, runs[0]!, index)
  log.runs = runs
  log.storedBase = index
  log.storedEpoch = epoch
}

/** What is left of a run behind `index`. Its size is known if that is in memory; else it keeps the whole run's. */
function cutRun(log: TieredLog, run: LogRun, index: LogIndex): LogRun {
  if (index < log.base) return { ...run, from: index + 1 }
  const bytes = run.bytes - log.cutBytes
  log.cutBytes = 0
  return { ...run, from: index + 1, bytes }
}
