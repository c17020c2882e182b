import { outcomesFromEvents } from '../history/event.ts'
import type { HistoryEvent } from '../history/event.ts'
import { HistoryError } from '../history/history-error.ts'
import { outcomeOf } from '../history/json-outcome.ts'
import type { JsonRow } from '../history/json-rows.ts'
import { jsonRows } from '../history/json-rows.ts'
import type { ClientId } from '../history/operation.ts'
import { scalar, show } from '../history/recorded.ts'
import type { Value } from '../history/value.ts'
import type { SessionInput, SessionOperation } from './session-operation.ts'

/**
 * Reads a history of sessions: one JSON object a line, either all operations or all events.
 *
 * ```json
 * {"session": 1, "op": "write", "key": "/a", "value": "x", "zxid": 7, "call": 10, "return": 14}
 * {"session": 1, "type": "invoke", "op": "read", "key": "/a", "watch": true}
 * {"session": 1, "type": "ok", "op": "read", "value": "x", "zxid": 7}
 * {"session": 1, "type": "event", "key": "/a", "zxid": 9}
 * ```
 *
 * An operation has what it answered in `output`, and `"outcome": "fail"` or `"info"` if it did not, or may not have
 * happened; an `ok` has it in `value`. A watch event as an operation is
 * `{"session": 1, "op": "event", "key": "/a", "at": 15}`. A zxid may be a number or text such as `0x100000002`.
 *
 * @throws HistoryError
 */
export function parseSessions(text: string): SessionOperation[] {
  const rows = jsonRows(text)
  const events = rows.filter(({ fields }) => 'type' in fields)
  if (events.length === 0) return rows.filter((row) => outcomeOf(row) !== 'fail').map(operationOf)
  if (events.length === rows.length) return fromEvents(events)
  throw new HistoryError({
    found: 'the file has both events and operations, whose times cannot be compared',
    expected: 'one kind',
    line: rows.find(({ fields }) => 'type' in fields !== 'type' in rows[0]!.fields)!.line,
  })
}

function operationOf(row: JsonRow): SessionOperation {
  const { fields, line } = row
  const input = inputOf(row)
  const call = fields['call'] ?? fields['at']
  const isEvent = input.op === 'event'
  const end = isEvent ? call : (fields['return'] ?? Infinity)
  if (typeof call === 'number' && typeof end === 'number' && end >= call) {
    const common = { session: sessionOf(row), input, call, line }
    // After `info` it may yet happen, whenever its client gave up.
    if (!isEvent && outcomeOf(row) === 'info') return { ...common, output: undefined, return: Infinity }
    return { ...common, output: outputOf(fields['output'], row), zxid: zxidOf(row), return: end }
  }
  throw new HistoryError({
    found: `call is ${show(call)} and return is ${show(fields['return'])}`,
    expected: '"call" with a number, and "return" with one from there on, or none when it never answered',
    line,
  })
}

interface Answer {
  readonly output: Value | undefined
  readonly zxid: number | undefined
}

type Asked = Pick<SessionOperation, 'session' | 'input' | 'line'>

/** Times are positions. A watch event is asked for by nobody: it is put in as an operation of a client of its own. */
function fromEvents(rows: readonly JsonRow[]): SessionOperation[] {
  const events = rows.flatMap((row): HistoryEvent<Asked, Answer>[] => {
    const { fields, line } = row
    const session = sessionOf(row)
    const type = fields['type']
    const answer = (): Answer => ({ output: outputOf(fields['value'], row), zxid: zxidOf(row) })
    switch (type) {
      case 'invoke':
        return [{ client: session, type, input: { session, input: inputOf(row), line }, line }]
      case 'ok':
        return [{ client: session, type, output: answer(), line }]
      case 'fail':
      case 'info':
        return [{ client: session, type, line }]
      case 'event': {
        const client = `event in line ${line}`
        const input = { session, input: inputOf(row), line }
        return [
          { client, type: 'invoke', input, line },
          { client, type: 'ok', output: { ...answer(), output: undefined }, line },
        ]
      }
      default:
        throw new HistoryError({
          found: `the type is ${show(type)}`,
          expected: 'invoke, ok, fail, info or event',
          line,
        })
    }
  })
  return outcomesFromEvents(events)
    .filter(({ outcome }) => outcome !== 'fail')
    .map(({ input, output, call, ...rest }) => ({
      ...input,
      // That a cas is `ok` is the answer, whatever it repeats.
      output: input.input.op === 'cas' && rest.outcome === 'ok' ? (output?.output ?? true) : output?.output,
      zxid: output?.zxid,
      call,
      return: input.input.op === 'event' ? call : rest.return,
    }))
}

function inputOf(row: JsonRow): SessionInput {
  const { fields, line } = row
  const op: unknown = fields['op'] ?? fields['f'] ?? (fields['type'] === 'event' ? 'event' : undefined)
  switch (op) {
    case 'read':
      return { op: 'read', key: keyOf(row), ...(fields['watch'] === true && { watch: true }) }
    case 'write':
      return { op: 'write', key: keyOf(row), value: scalar(fields['value'], 'the value of write', line) }
    case 'delete':
      return { op: 'delete', key: keyOf(row) }
    case 'event':
      return { op: 'event', key: keyOf(row) }
    case 'cas': {
      const [from, to] = Array.isArray(fields['value']) ? (fields['value'] as readonly unknown[]) : []
      return {
        op: 'cas',
        key: keyOf(row),
        from: scalar(from, 'the old value of cas', line),
        to: scalar(to, 'the new value of cas', line),
      }
    }
    case 'sync':
      return { op: 'sync' }
    default:
      throw new HistoryError({
        found: `the operation is ${show(op)}`,
        expected: 'read, write, delete, cas, sync or event',
        line,
      })
  }
}

function sessionOf({ fields, line }: JsonRow): ClientId {
  const session = fields['session'] ?? fields['process'] ?? fields['client']
  if (typeof session === 'number' || typeof session === 'string') return session
  throw new HistoryError({
    found: `session is ${show(session)}`,
    expected: '"session" with a number or a string',
    line,
  })
}

function keyOf({ fields, line }: JsonRow): string {
  const key = fields['key']
  if (key !== undefined && key !== null) return String(scalar(key, 'the key', line))
  throw new HistoryError({ found: 'there is no key', expected: '"key" with a path or name', line })
}

function outputOf(output: unknown, { line }: JsonRow): Value | undefined {
  if (output === undefined) return undefined
  // An `ok` of a cas repeats what was asked for: that it is `ok` is the answer.
  return Array.isArray(output) ? true : scalar(output, 'what was answered', line)
}

function zxidOf({ fields, line }: JsonRow): number | undefined {
  const { zxid } = fields
  if (zxid === undefined || zxid === null) return undefined
  const number = typeof zxid === 'string' && /^(0x[0-9a-f]+|\d+)$/i.test(zxid) ? Number(zxid) : zxid
  if (typeof number === 'number' && Number.isSafeInteger(number) && number >= 0) return number
  throw new HistoryError({
    found: `the zxid is ${show(zxid)}`,
    expected: 'a whole number of at most 53 bits, or one as text such as "0x100000002"',
    line,
  })
}
