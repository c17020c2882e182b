import type { LineReader } from './line-reader.ts'
import type { EngineSettings, OptionValue, ScenarioHeader } from './statement.ts'

/** What a header says so far. */
export type HeaderDraft = { -readonly [K in keyof ScenarioHeader]: ScenarioHeader[K] }

/** More than any lesson needs, and small enough that a mistyped script does no harm. */
const mostNodes = 32

/** The words that a line of the header can begin with. */
export const headerWords: readonly string[] = ['replicas', 'observers', 'spares', 'engine', 'by']

export function newHeader(): HeaderDraft {
  return { replicas: 3, observers: 0, spares: 0, engines: [], byHand: false }
}

/** Reads a line of the header into `header`. */
export function parseHeaderLine(reader: LineReader, header: HeaderDraft): void {
  const word = reader.oneOf('line of the header', headerWords)
  if (word === 'engine') header.engines = [...header.engines, parseEngine(reader, header.engines)]
  else if (word === 'by') {
    reader.words('hand')
    header.byHand = true
  } else if (word === 'replicas') header.replicas = parseSize(reader, 1)
  else if (word === 'spares') header.spares = parseSize(reader, 0)
  else header.observers = parseSize(reader, 0)
  reader.end()
}

function parseSize(reader: LineReader, least: number): number {
  const size = reader.count('a number of nodes')
  if (size < least || size > mostNodes) throw reader.error(`there can be ${least} to ${mostNodes}`)
  return size
}

/** `engine raft` or `engine raft {preVote=false unsafe.commitOldTerms=true}`. */
function parseEngine(reader: LineReader, others: readonly EngineSettings[]): EngineSettings {
  const engine = reader.take('word', "an engine's name")
  if (others.some((other) => other.engine === engine))
    throw reader.error(`engine ${engine} has a line already`)
  const { line } = reader
  const options: OptionRecord = {}
  if (reader.accept('{') === undefined) return { line, engine, options }
  while (reader.accept('}') === undefined) {
    const name = reader.take('word', 'an option or "}"')
    reader.take('=', '"="')
    setOption(reader, options, name, optionValue(reader))
    reader.accept(',')
  }
  return { line, engine, options }
}

/** Options under construction. */
interface OptionRecord {
  [name: string]: OptionValue
}

function setOption(reader: LineReader, options: OptionRecord, name: string, value: OptionValue): void {
  const parts = name.split('.')
  const last = parts.pop()!
  let record = options
  for (const part of parts) {
    const inner = Object.hasOwn(record, part) ? record[part]! : {}
    if (typeof inner !== 'object') throw reader.error(`option ${part} is given twice`)
    define(record, part, inner)
    record = inner
  }
  if (Object.hasOwn(record, last)) throw reader.error(`option ${name} is given twice`)
  define(record, last, value)
}

/** As an own field, whatever the name: `__proto__` too. */
function define(record: OptionRecord, name: string, value: OptionValue): void {
  Object.defineProperty(record, name, { value, enumerable: true, configurable: true, writable: true })
}

function optionValue(reader: LineReader): OptionValue {
  const text = reader.accept('text')
  if (text !== undefined) return text
  const word = reader.take('word', 'a value')
  if (word === 'true' || word === 'false') return word === 'true'
  const milliseconds = /^(\d+(?:\.\d+)?)(ms|s)?$/.exec(word)
  if (milliseconds === null) return word
  return Number(milliseconds[1]) * (milliseconds[2] === 's' ? 1000 : 1)
}
