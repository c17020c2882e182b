import type { EdnMap, EdnValue } from './edn-reader.ts'
import { isEdnMap, keywordName, readEdn } from './edn-reader.ts'
import { happened, outcomesFromEvents } from './event.ts'
import { HistoryError } from './history-error.ts'
import type { RecordedEvent, RecordedOperation, RecordedOutcome } from './recorded.ts'
import { recordedEvent, show } from './recorded.ts'

/**
 * Reads a history in EDN: maps `{:process 0 :type :invoke :f :read :key "x" :value nil}`, with or without a
 * vector around them. Events of a process with a keyword for a name, such as `:nemesis`, are not the
 * clients' and left out.
 *
 * @throws HistoryError
 */
export function parseEdnHistory(text: string): RecordedOperation[] {
  return happened(readEdnHistory(text))
}

/** What an event says that has no `:process` or no `:f`; without these both must be there. */
export interface EventDefaults {
  readonly client: number
  readonly f: string
}

/** As {@link parseEdnHistory}, with the operations that failed. */
export function readEdnHistory(text: string, defaults?: EventDefaults): RecordedOutcome[] {
  const events: RecordedEvent[] = []
  for (const form of flatten(readEdn(text))) {
    if (!isEdnMap(form)) {
      throw new HistoryError({
        found: `the history contains ${show(plain(form))}`,
        expected: 'only maps such as {:process 0 :type :invoke :f :read :value nil}',
      })
    }
    const event = eventOf(form, defaults)
    if (event !== undefined) events.push(event)
  }
  return outcomesFromEvents(events)
}

function flatten(forms: readonly EdnValue[]): readonly EdnValue[] {
  const [first] = forms
  return forms.length === 1 && Array.isArray(first) ? (first as readonly EdnValue[]) : forms
}

function eventOf({ entries, at }: EdnMap, defaults?: EventDefaults): RecordedEvent | undefined {
  const process = entries.get('process') ?? defaults?.client
  if (keywordName(process) !== undefined) return undefined
  const { line } = at
  if (typeof process !== 'number' && typeof process !== 'string') {
    throw new HistoryError({ found: `:process is ${show(plain(process))}`, expected: 'a number', line })
  }
  const f = keywordName(entries.get('f')) ?? (entries.has('f') ? undefined : defaults?.f)
  if (f === undefined) {
    throw new HistoryError({
      found: `:f is ${show(plain(entries.get('f')))}`,
      expected: 'a keyword such as :read',
      line,
    })
  }
  const type = keywordName(entries.get('type')) ?? plain(entries.get('type'))
  return recordedEvent({
    client: process,
    type,
    f,
    key: plain(entries.get('key')),
    value: plain(entries.get('value')),
    line,
  })
}

/** Keywords and symbols as text, maps as they are: models refuse those. */
export function plain(value: EdnValue | undefined): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null || !('kind' in value) || value.kind === 'map') return value
  return value.kind === 'keyword' ? `:${value.name}` : value.name
}
