import { parseEdnHistory, readEdnHistory } from './edn-history.ts'
import { skipMeaningless } from './edn-scanner.ts'
import { HistoryError } from './history-error.ts'
import { parseJepsenLog, readJepsenLog } from './jepsen-log.ts'
import { parseJsonLines, readJsonLines } from './json-lines.ts'
import type { RecordedOperation, RecordedOutcome } from './recorded.ts'
import type { Value } from './value.ts'

/** The notations of histories. */
export type HistoryFormat = 'knossos' | 'jepsen-log' | 'porcupine-kv' | 'json-lines'

/** What a notation leaves unsaid about the object that was recorded. */
export interface FormatRules {
  /** What a register holds at first. */
  readonly initial: Value
  /** What a key that is absent reads as. */
  readonly absent: Value
  /** What a read of nil means: the value was not recorded, or there was none. */
  readonly nilRead: 'unknown' | 'empty'
  readonly parse: (text: string) => RecordedOperation[]
  /** The same with the operations that failed; of transactions, `:process` and `:f` may be missing. */
  readonly parseTransactions: (text: string) => RecordedOutcome[]
}

const unnamed = { client: 0, f: 'txn' }
const readEdnTransactions = (text: string): RecordedOutcome[] => readEdnHistory(text, unnamed)

/**
 * The rules of each notation, from the data that it is known for. Knossos's register starts at 0 and its
 * histories hold reads whose value was lost, as nil. The etcd logs' register starts empty, and a read of nil
 * saw that. The porcupine key-value logs read an absent key as the empty string.
 */
export const formatRules: Readonly<Record<HistoryFormat, FormatRules>> = {
  knossos: {
    initial: 0,
    absent: null,
    nilRead: 'unknown',
    parse: parseEdnHistory,
    parseTransactions: readEdnTransactions,
  },
  'jepsen-log': {
    initial: null,
    absent: null,
    nilRead: 'empty',
    parse: parseJepsenLog,
    parseTransactions: readJepsenLog,
  },
  'porcupine-kv': {
    initial: null,
    absent: '',
    nilRead: 'unknown',
    parse: parseEdnHistory,
    parseTransactions: readEdnTransactions,
  },
  'json-lines': {
    initial: null,
    absent: null,
    nilRead: 'empty',
    parse: parseJsonLines,
    parseTransactions: readJsonLines,
  },
}

const byExtension: ReadonlyMap<string, HistoryFormat> = new Map([
  ['edn', 'knossos'],
  ['log', 'jepsen-log'],
  ['txt', 'porcupine-kv'],
  ['json', 'json-lines'],
  ['jsonl', 'json-lines'],
  ['ndjson', 'json-lines'],
])

/** The format is told from so many characters. */
const beginning = 4096

/**
 * Tells a history's notation from how its text begins, and by the name's ending if it does not begin at all.
 * EDN maps that have a `:key` are `porcupine-kv`, others `knossos`.
 *
 * @throws HistoryError when it is none of them
 */
export function detectFormat(fileName: string, text: string): HistoryFormat {
  const begin = skipMeaningless(text, 0)
  const start = text.slice(begin, begin + beginning)
  if (/^INFO\s+jepsen\.util/.test(start)) return 'jepsen-log'
  if (/^(?:\[\s*)?\{\s*"/.test(start)) return 'json-lines'
  if (/^[[({#]/.test(start)) return /:key\b/.test(start) ? 'porcupine-kv' : 'knossos'
  const format = byExtension.get(fileName.slice(fileName.lastIndexOf('.') + 1).toLowerCase())
  if (start === '' && format !== undefined) return format
  throw new HistoryError({
    found: `cannot tell the format of ${fileName}`,
    expected: 'EDN maps (Jepsen, Knossos, porcupine), a log of jepsen.util, or JSON lines',
  })
}
