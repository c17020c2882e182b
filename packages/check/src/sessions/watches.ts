import { firstWhere } from '../history/first-where.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, isWrite, keyOf } from './session-operation.ts'
import type { SessionViolation } from './session-violation.ts'

/** What one session did about one key. */
interface Watched {
  readonly key: string
  /** The reads that set a watch, and the events, in order of time. */
  readonly watches: SessionOperation[]
  readonly events: SessionOperation[]
}

/**
 * A session that watches a key is told of its next change before it gets any answer that reflects it, and is told
 * once.
 *
 * @param operations one session's
 * @param changes for each key the zxids of its changes, ascending
 */
export function checkWatches(
  operations: readonly SessionOperation[],
  changes: ReadonlyMap<string, readonly number[]>,
): readonly SessionViolation[] {
  const watched = watchedKeys(operations)
  if (watched.length === 0) return []
  const answers = new Answers(operations)
  return watched.flatMap((one) => [...untold(one, answers, changes.get(one.key) ?? []), ...unasked(one)])
}

/**
 * Why watches could not be judged, if so: whether an answer shows the change that a session watched for is told by zxids
 * alone.
 */
export function whyUnjudged(operations: readonly SessionOperation[]): string | undefined {
  const isWatch = ({ input }: SessionOperation): boolean => input.op === 'read' && input.watch === true
  const isUnplaced = ({ input, zxid, ...times }: SessionOperation): boolean =>
    zxid === undefined && times.return < Infinity && input.op !== 'sync' && input.op !== 'event'
  if (!operations.some(isWatch) || !operations.some(isUnplaced)) return undefined
  return 'whether sessions were told in time of what they watched is not known: zxids were not recorded for all operations'
}

function watchedKeys(operations: readonly SessionOperation[]): readonly Watched[] {
  const keys = new Map<string, Watched>()
  const watchedOf = (key: string): Watched => {
    const known = keys.get(key) ?? { key, watches: [], events: [] }
    keys.set(key, known)
    return known
  }
  for (const operation of operations) {
    const { input } = operation
    if (input.op === 'event') watchedOf(input.key).events.push(operation)
    else if (input.op === 'read' && input.watch === true && isAnswered(operation)) {
      watchedOf(input.key).watches.push(operation)
    }
  }
  const watched = [...keys.values()]
  for (const { watches, events } of watched) {
    watches.sort((a, b) => a.return - b.return)
    events.sort((a, b) => a.call - b.call)
  }
  return watched
}

/** Watches whose change the session saw without having been told. */
function untold(
  { key, watches, events }: Watched,
  answers: Answers,
  changes: readonly number[],
): readonly SessionViolation[] {
  const violations: SessionViolation[] = []
  for (const watch of watches) {
    const { zxid } = watch
    if (zxid === undefined) continue
    const change = changes[firstWhere(changes.length, (place) => changes[place]! > zxid)]
    const reveals = change === undefined ? undefined : answers.firstSince(watch, change)
    if (reveals === undefined) continue
    const event = events[firstWhere(events.length, (place) => events[place]!.call >= watch.return)]
    if (event !== undefined && event.call <= reveals.return) continue
    const words = `reflects the change of ${key} at zxid ${change}, which the session watched for since`
    if (event === undefined) violations.push({ name: 'missing-event', parts: [reveals, words, watch] })
    else {
      const parts = [reveals, words, watch, 'and of which it was told only by', event]
      violations.push({ name: 'late-event', parts })
    }
  }
  return violations
}

/** Events without a watch that was set since the last event of that key. */
function unasked({ watches, events }: Watched): readonly SessionViolation[] {
  return events.flatMap((event, at) => {
    const before = events[at - 1]
    const since = before?.call ?? -Infinity
    const watch = watches[firstWhere(watches.length, (place) => watches[place]!.return >= since)]
    if (watch !== undefined && watch.call <= event.call) return []
    const used = before === undefined ? [] : ['and the last was used up by', before]
    return [{ name: 'unexpected-event' as const, parts: [event, 'is for no watch that was set', ...used] }]
  })
}

/** A session's answers in the order in which it got them. */
class Answers {
  private readonly answers: readonly SessionOperation[]
  /** The highest zxid up to each. */
  private readonly highest: Float64Array

  constructor(operations: readonly SessionOperation[]) {
    this.answers = operations
      .filter((one) => isAnswered(one) && one.input.op !== 'event' && one.zxid !== undefined)
      .sort((a, b) => a.return - b.return)
    let highest = -Infinity
    this.highest = Float64Array.from(this.answers, (one) => (highest = Math.max(highest, one.zxid!)))
  }

  /** The first after this one that reflects the zxid. */
  firstSince(watch: SessionOperation, zxid: number): SessionOperation | undefined {
    const { answers, highest } = this
    // No answer before the first of these reflects it; where zxids go back, one after it may not.
    let at = firstWhere(answers.length, (place) => highest[place]! >= zxid)
    while (at < answers.length && !(answers[at]!.return > watch.return && answers[at]!.zxid! >= zxid)) at++
    return answers[at]
  }
}

/** For each key the zxids of its changes, ascending. */
export function changesByKey(
  operations: readonly SessionOperation[],
): ReadonlyMap<string, readonly number[]> {
  const changes = new Map<string, number[]>()
  for (const operation of operations) {
    const key = keyOf(operation)
    if (key === undefined || operation.zxid === undefined || !isWrite(operation)) continue
    const zxids = changes.get(key)
    if (zxids === undefined) changes.set(key, [operation.zxid])
    else zxids.push(operation.zxid)
  }
  for (const zxids of changes.values()) zxids.sort((a, b) => a - b)
  return changes
}
