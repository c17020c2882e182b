import { keepFindings } from '../history/findings.ts'
import { HistoryError } from '../history/history-error.ts'
import { checkTimes } from '../history/times.ts'
import { checkSteps } from '../linearizability/linearizability.ts'
import { Acknowledged } from './acknowledged.ts'
import { orderByValues } from './by-values.ts'
import { checkPrefix } from './prefix.ts'
import type { SessionOperation } from './session-operation.ts'
import { isAnswered, keyOf } from './session-operation.ts'
import { checkSessionOrder } from './session-order.ts'
import type { SessionViolation } from './session-violation.ts'
import { changesByKey, checkWatches, whyUnjudged } from './watches.ts'
import { checkWriteOrder } from './write-order.ts'

/** Limits of a check of sessions. */
export interface SessionOptions {
  /** Steps for each key whose unanswered writes have to be placed: 1,000,000 when not given. */
  readonly steps?: number
}

/** The verdict on sessions. */
export type SessionVerdict = 'session-consistent' | 'not session-consistent' | 'unknown'

/** What a check of sessions found. */
export interface SessionResult {
  readonly verdict: SessionVerdict
  readonly operations: number
  readonly sessions: number
  readonly keys: number
  /** What is broken; of each guarantee at most twenty. */
  readonly violations: readonly SessionViolation[]
  /** How many there are of each name. */
  readonly counts: Readonly<Record<string, number>>
  /** Why the verdict is `unknown`. */
  readonly undecided?: string
}

/**
 * Does a coordination service give its sessions what ZooKeeper promises? Writes are linearizable, in the order of
 * their zxids. What a session reads may be old, but it is the state that all transactions up to some zxid make, and
 * within a session that zxid never goes back, for reads and writes alike; after a `sync` it has all that was
 * acknowledged before; and of a change that it watches it is told before it sees anything of it.
 * (Hunt et al., "ZooKeeper: wait-free coordination", 2010, section 2.3; ordered sequential consistency: Lev-Ari et
 * al., 2017.)
 *
 * Where every answer has its zxid this takes time that grows almost as the history. Where some have none, what the
 * values say is used instead, which decides most histories of up to some thousand operations.
 *
 * @throws HistoryError when an operation returns before it is called, or a zxid is not a whole number
 */
export function checkSessions(
  operations: readonly SessionOperation[],
  { steps = 1_000_000 }: SessionOptions = {},
): SessionResult {
  checkSteps(steps)
  operations.forEach(checkForm)
  const acknowledged = new Acknowledged(operations)
  const sessions = groupBy(operations, ({ session }) => session)
  const keys = groupBy(operations, keyOf)
  const changes = changesByKey(operations)
  const violations: SessionViolation[][] = [[...checkWriteOrder(operations, acknowledged)]]
  for (const own of sessions.values()) {
    own.sort((a, b) => a.call - b.call)
    violations.push([...checkSessionOrder(own, acknowledged), ...checkWatches(own, changes)])
  }
  const answers = judgeAnswers(operations, keys, acknowledged, steps)
  violations.push([...answers.violations])
  const { kept, counts } = keepFindings(violations.flat())
  const undecided = answers.undecided ?? whyUnjudged(operations)
  const isUndecided = undecided !== undefined && kept.length === 0
  return {
    verdict: kept.length > 0 ? 'not session-consistent' : isUndecided ? 'unknown' : 'session-consistent',
    operations: operations.length,
    sessions: sessions.size,
    keys: keys.size - (keys.has(undefined) ? 1 : 0),
    violations: kept,
    counts,
    ...(isUndecided && { undecided }),
  }
}

interface Answers {
  readonly violations: readonly SessionViolation[]
  readonly undecided?: string | undefined
}

function judgeAnswers(
  operations: readonly SessionOperation[],
  keys: ReadonlyMap<string | undefined, readonly SessionOperation[]>,
  acknowledged: Acknowledged,
  steps: number,
): Answers {
  if (!operations.every(hasPlace)) {
    const { violation, undecided } = orderByValues(operations)
    return { violations: violation === undefined ? [] : [violation], undecided }
  }
  const violations: SessionViolation[] = []
  let undecided: string | undefined
  for (const [key, own] of keys) {
    if (key === undefined) continue
    const decision = checkPrefix(
      own.filter(({ input }) => input.op !== 'event'),
      acknowledged,
      steps,
    )
    if (decision.violation !== undefined) violations.push(decision.violation)
    if (decision.undecided === true) {
      undecided = `where the writes to ${key} that never answered belong was not found in ${steps} steps`
    }
  }
  return { violations, undecided }
}

/** What answered is placed by its zxid; syncs and events need none. */
function hasPlace(operation: SessionOperation): boolean {
  const { op } = operation.input
  return op === 'sync' || op === 'event' || operation.zxid !== undefined || !isAnswered(operation)
}

function checkForm({ session, call, zxid, line, ...rest }: SessionOperation): void {
  checkTimes({ who: `session ${session}`, call, return: rest.return, line })
  if (zxid === undefined || (Number.isSafeInteger(zxid) && zxid >= 0)) return
  throw new HistoryError({ found: `a zxid is ${zxid}`, expected: 'a whole number of at most 53 bits', line })
}

function groupBy<Key>(
  operations: readonly SessionOperation[],
  keyOf: (operation: SessionOperation) => Key,
): Map<Key, SessionOperation[]> {
  const groups = new Map<Key, SessionOperation[]>()
  for (const operation of operations) {
    const key = keyOf(operation)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [operation])
    else group.push(operation)
  }
  return groups
}
