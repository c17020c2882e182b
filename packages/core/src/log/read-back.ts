import type { LogIndex } from '../ids.ts'
import type { Entry } from './entry.ts'
import { type TieredLog, endOfRead, epochInLog } from './tiered-log.ts'

/**
 * What a leader reads back from its log store for replicas that need entries no longer in memory: one run of the log at a
 * time. Plain data.
 */
export interface ReadBack {
  /** What has been asked for and has not come yet. */
  asked: { readonly from: LogIndex; readonly to: LogIndex } | undefined
  /** The engine's round when nothing usable came: it is not asked again before the next one; -1 for none. */
  failedRound: number
  /** The run that came last, while somebody needs what is not in memory. */
  run: FetchedRun | undefined
}

export interface FetchedRun {
  readonly from: LogIndex
  readonly entries: readonly Entry[]
}

export function createReadBack(): ReadBack {
  return { asked: undefined, failedRound: -1, run: undefined }
}

/** What has been read back from `index` on; undefined if it has not been. */
export function fetchedFrom({ run }: ReadBack, index: LogIndex): readonly Entry[] | undefined {
  if (run === undefined || index < run.from || index >= run.from + run.entries.length) return undefined
  return index === run.from ? run.entries : run.entries.slice(index - run.from)
}

/**
 * What to read for the replica that is furthest behind, which needs `index` next; undefined if an answer is due, or the
 * last one of this round was of no use.
 */
export function beginReadBack(
  readBack: ReadBack,
  log: TieredLog,
  index: LogIndex,
  round: number,
): ReadBack['asked'] {
  if (readBack.asked !== undefined || round <= readBack.failedRound) return undefined
  readBack.asked = { from: index, to: endOfRead(log, index) }
  return readBack.asked
}

/**
 * The log store has answered. What it gives is not taken for granted: only what the log has there is kept. Returns how
 * many of the entries asked for are lacking; undefined if this is no answer to what was asked.
 */
export function endReadBack(
  readBack: ReadBack,
  log: TieredLog,
  answer: FetchedRun,
  round: number,
): number | undefined {
  const { asked } = readBack
  if (asked === undefined || asked.from !== answer.from) return undefined
  readBack.asked = undefined
  const entries = soundPart(log, answer.entries, asked.from, asked.to)
  if (entries.length === 0) readBack.failedRound = round
  else readBack.run = { from: asked.from, entries }
  return asked.to - asked.from + 1 - entries.length
}

/** The entries from `from` on, as far as they are what the log holds there. */
function soundPart(
  log: TieredLog,
  entries: readonly Entry[],
  from: LogIndex,
  to: LogIndex,
): readonly Entry[] {
  let count = 0
  for (; count < entries.length && from + count <= to; count++) {
    const { index, epoch } = entries[count]!
    if (index !== from + count || epoch !== epochInLog(log, index)) break
  }
  return count === entries.length ? entries : entries.slice(0, count)
}
