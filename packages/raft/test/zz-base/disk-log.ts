import {
  type Entry,
  type Epoch,
  epochAt,
  forgetTo,
  type LogIndex,
  type MemoryLog,
  type SnapshotMeta,
  startOfTail,
} from '@quorate/core'
import type { RaftNode } from './node.ts'
import type { RaftState } from './state.ts'

/**
 * The older part of the log: in the log store, and no longer in memory. Everything in it is applied and durable, so it
 * never changes but by compaction. Terms and sizes stay in memory, a run of entries at a time; data is read back when a
 * member needs it. Plain data.
 */
export interface DiskLog {
  /** The index before the first entry that the log store keeps. */
  base: LogIndex
  /** The term of the entry at `base`. */
  baseEpoch: Epoch
  /** Oldest first; together they reach from `base` to where the log in memory begins. */
  runs: DiskRun[]
}

/** Entries of one term that follow each other, as many as are read at once. */
export interface DiskRun {
  readonly from: LogIndex
  readonly epoch: Epoch
  /** Bytes of commands in them. */
  bytes: number
}

/** Entries in a run, at most: small ones take room in memory, too, when they are read back. */
const runEntries = 4096

/** The part of the bounds in excess of which memory is let go of, so that it is done seldom and for many entries. */
const slackShift = 2

/** The term of the entry at `index`, wherever that is; undefined if it has been compacted or is not there yet. */
export function termAt({ log, disk }: Pick<RaftState, 'log' | 'disk'>, index: LogIndex): Epoch | undefined {
  if (index >= log.base) return epochAt(log, index)
  if (index <= disk.base) return index === disk.base ? disk.baseEpoch : undefined
  return disk.runs[positionOf(disk, index)]!.epoch
}

/** Whose log store holds `entries` behind `base`: those up to `end` stay on disk, the others are in memory. */
export function splitLog(
  base: Pick<SnapshotMeta, 'index' | 'epoch'>,
  entries: readonly Entry[],
  end: LogIndex,
  maxRunBytes: number,
): { log: MemoryLog; disk: DiskLog } {
  const disk: DiskLog = { base: base.index, baseEpoch: base.epoch, runs: [] }
  const count = end - base.index
  for (let i = 0; i < count; i++) addToRuns(disk, entries[i]!, maxRunBytes)
  const baseEpoch = count === 0 ? base.epoch : entries[count - 1]!.epoch
  return { log: { base: end, baseEpoch, entries: entries.slice(count) }, disk }
}

/**
 * Once a turn: when more is in memory than is to be kept there, lets go of the oldest entries, as far as they are
 * applied and durable.
 */
export function shedLog(node: RaftNode): void {
  const { state, config } = node
  const { memoryTail, memoryTailBytes } = config
  const { log, applied, durability } = state
  const slack = memoryTail >> slackShift
  const slackBytes = memoryTailBytes >> slackShift
  if (log.entries.length <= memoryTail + slack && state.memoryBytes <= memoryTailBytes + slackBytes) return
  const end = Math.min(applied, durability.durableIndex)
  let count = 0
  let bytes = 0
  while (log.base + count < end) {
    if (log.entries.length - count <= memoryTail && state.memoryBytes - bytes <= memoryTailBytes) break
    bytes += log.entries[count]!.data.length
    count += 1
  }
  if (count === 0 || (count < slack && bytes < slackBytes)) return
  for (let i = 0; i < count; i++) addToRuns(state.disk, log.entries[i]!, config.maxBatchBytes)
  forgetTo(log, log.base + count)
  state.memoryBytes -= bytes
}

function addToRuns({ runs }: DiskLog, { index, epoch, data }: Entry, maxRunBytes: number): void {
  const last = runs[runs.length - 1]
  if (
    last?.epoch === epoch &&
    index - last.from < runEntries &&
    last.bytes + data.length <= maxRunBytes // an entry that is larger alone has a run to itself
  ) {
    last.bytes += data.length
  } else runs.push({ from: index, epoch, bytes: data.length })
}

/** The end of the run that `index`, which is on disk, lies in: what is read from there at once. */
export function endOfRun({ log, disk }: RaftState, index: LogIndex): LogIndex {
  const next = disk.runs[positionOf(disk, index) + 1]
  return next === undefined ? log.base : next.from - 1
}

/** The position of the run with `index`, which lies above the base. */
function positionOf({ runs }: DiskLog, index: LogIndex): number {
  let low = 0
  let high = runs.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (runs[middle]!.from <= index) low = middle
    else high = middle - 1
  }
  return low
}

/**
 * Where a tail that ends at `end` begins, be it in memory or on disk: at most `maxEntries` entries behind it up to `end`,
 * and at most `maxBytes` of commands in them. On disk it begins with a run.
 */
export function startOfWholeTail(
  { log, disk }: RaftState,
  end: LogIndex,
  maxEntries: number,
  maxBytes: number,
): LogIndex {
  let start = end
  let bytes = 0
  if (end > log.base) {
    start = startOfTail(log, end, maxEntries, maxBytes)
    if (start > log.base) return start
    for (let i = end - log.base - 1; i >= 0; i--) bytes += log.entries[i]!.data.length
  }
  for (let i = disk.runs.length - 1; i >= 0; i--) {
    const run = disk.runs[i]!
    if (run.from > end) continue
    bytes += run.bytes
    if (bytes > maxBytes || end - run.from + 1 > maxEntries) break
    start = run.from - 1
  }
  return start
}

/** Forgets everything up to `index`. A run that is cut keeps its size: it has at most that. */
export function forgetDisk(state: RaftState, index: LogIndex): void {
  const { disk } = state
  if (index <= disk.base) return
  const epoch = termAt(state, index)!
  const first = index >= state.log.base ? disk.runs.length : positionOf(disk, index)
  const cut = disk.runs[first]
  const rest = disk.runs.slice(first + 1)
  if (cut !== undefined && endOfRun(state, index) > index) rest.unshift({ ...cut, from: index + 1 })
  disk.runs = rest
  disk.base = index
  disk.baseEpoch = epoch
}
