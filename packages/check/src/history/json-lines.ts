import { happened, outcomesFromEvents } from './event.ts'
import { HistoryError } from './history-error.ts'
import { outcomeOf } from './json-outcome.ts'
import type { JsonRow } from './json-rows.ts'
import { jsonRows } from './json-rows.ts'
import type { Witness } from './operation.ts'
import type { RecordedEvent, RecordedOperation, RecordedOutcome } from './recorded.ts'
import { recordedEvent, show } from './recorded.ts'

type Fields = JsonRow['fields']

/**
 * Reads a history of one JSON object a line, either all events or all operations:
 *
 * ```json
 * {"process": 0, "type": "invoke", "f": "cas", "key": "x", "value": [1, 2]}
 * {"client": 0, "op": "get", "key": "x", "output": 2, "call": 10, "return": 14, "witness": {"index": 7, "read": true}}
 * ```
 *
 * The order of events is the order of lines. Of an operation, `return` is left out or null when it never
 * answered, `output` is left out when it is not known, and `witness` is optional. `"outcome": "fail"` says that it
 * did not happen, `"outcome": "info"` that it may have happened at any time after its call, or never.
 *
 * @throws HistoryError
 */
export function parseJsonLines(text: string): RecordedOperation[] {
  return happened(readJsonLines(text))
}

/** As {@link parseJsonLines}, with the operations that failed. */
export function readJsonLines(text: string): RecordedOutcome[] {
  const events: RecordedEvent[] = []
  const operations: RecordedOutcome[] = []
  for (const row of jsonRows(text)) {
    const { fields, line } = row
    if ('type' in fields) {
      const event = eventOf(fields, line)
      if (event !== undefined) events.push(event)
    } else operations.push(operationOf(row))
    if (events.length > 0 && operations.length > 0) throw mixed(line)
  }
  return operations.length > 0 ? operations : outcomesFromEvents(events)
}

/** An event; `undefined` for the nemesis, which is not a client. */
function eventOf(fields: Fields, line: number): RecordedEvent | undefined {
  const client = clientOf(fields, line)
  if (client === 'nemesis' || client === ':nemesis') return undefined
  const { type, key, value } = fields
  return recordedEvent({ client, type, f: nameOf(fields, line), key, value, line })
}

function operationOf(row: JsonRow): RecordedOutcome {
  const { fields, line } = row
  const { call, return: end, key, value, output, witness } = fields
  if (typeof call !== 'number') {
    throw new HistoryError({
      found: `call is ${show(call)}`,
      expected: '"call" with a number (an operation) or "type" (an event)',
      line,
    })
  }
  if (end !== undefined && end !== null && !(typeof end === 'number' && end >= call)) {
    throw new HistoryError({
      found: `return is ${show(end)}`,
      expected: `a number from ${call} on, or null when it never answered`,
      line,
    })
  }
  const outcome = outcomeOf(row)
  return {
    client: clientOf(fields, line),
    input: { f: nameOf(fields, line), key, value, line },
    output: outcome === 'ok' ? output : undefined,
    call,
    // After `info` it may yet happen, whenever its client gave up.
    return: outcome !== 'info' && typeof end === 'number' ? end : Infinity,
    outcome,
    ...(witness !== undefined && witness !== null && { witness: witnessOf(witness, line) }),
  }
}

function clientOf(fields: Fields, line: number): number | string {
  const client = fields['process'] ?? fields['client']
  if (typeof client === 'number' || typeof client === 'string') return client
  throw new HistoryError({
    found: `process is ${show(client)}`,
    expected: '"process" or "client" with a number or a string',
    line,
  })
}

function nameOf(fields: Fields, line: number): string {
  const name = fields['f'] ?? fields['op']
  if (typeof name === 'string') return name
  throw new HistoryError({
    found: `f is ${show(name)}`,
    expected: '"f" or "op" with a name such as "read"',
    line,
  })
}

function witnessOf(witness: unknown, line: number): Witness {
  const { index, read } = witness as { index?: unknown; read?: unknown }
  if (typeof index === 'number') return { index, read: read === true }
  throw new HistoryError({
    found: `the index of witness is ${show(index)}`,
    expected: '{"index": NUMBER, "read": BOOLEAN}',
    line,
  })
}

function mixed(line: number): HistoryError {
  return new HistoryError({
    found: 'the file has both events and operations, whose times cannot be compared',
    expected: 'one kind',
    line,
  })
}
