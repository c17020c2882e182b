import { plain } from './edn-history.ts'
import { readEdn } from './edn-reader.ts'
import { happened, outcomesFromEvents } from './event.ts'
import { HistoryError } from './history-error.ts'
import type { RecordedEvent, RecordedOperation, RecordedOutcome } from './recorded.ts'
import { recordedEvent } from './recorded.ts'

const eventLine = /^INFO\s+jepsen\.util - (\S+)\s+:(\w+)\s+:([\w-]+)(?:\s+(.*))?$/

/**
 * Reads the log of a Jepsen run, one event a line: `INFO  jepsen.util - 0  :invoke  :read  nil`, separated
 * by tabs. Events of a process with a keyword for a name, such as `:nemesis`, are not the clients' and left
 * out.
 *
 * @throws HistoryError
 */
export function parseJepsenLog(text: string): RecordedOperation[] {
  return happened(readJepsenLog(text))
}

/** As {@link parseJepsenLog}, with the operations that failed. */
export function readJepsenLog(text: string): RecordedOutcome[] {
  const events: RecordedEvent[] = []
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue
    const event = eventOf(row.trim(), index + 1)
    if (event !== undefined) events.push(event)
  }
  return outcomesFromEvents(events)
}

function eventOf(row: string, line: number): RecordedEvent | undefined {
  const [, process, type, f, rest] = eventLine.exec(row) ?? []
  if (process === undefined || f === undefined) {
    throw new HistoryError({
      found: `cannot read ${JSON.stringify(row.slice(0, 60))}`,
      expected: 'INFO  jepsen.util - PROCESS :TYPE :F VALUE, separated by tabs',
      line,
    })
  }
  if (process.startsWith(':')) return undefined
  const client = Number(process)
  if (!Number.isSafeInteger(client)) {
    throw new HistoryError({ found: `the process is ${process}`, expected: 'a number', line })
  }
  return recordedEvent({ client, type, f, value: valueOf(rest ?? '', line), line })
}

/** The first form; the rest of a line may explain an error in any words. */
function valueOf(rest: string, line: number): unknown {
  const [value] = readEdn(rest, line)
  return plain(value)
}
