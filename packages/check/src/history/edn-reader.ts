import type { TextPosition } from './edn-scanner.ts'
import { EdnScanner } from './edn-scanner.ts'
import { HistoryError } from './history-error.ts'

/** A keyword such as `:read`, or a symbol. The name has no colon. */
export interface EdnName {
  readonly kind: 'keyword' | 'symbol'
  readonly name: string
}

/** A map. Its keyword keys are found by name; other keys are read and dropped, as no history uses them. */
export interface EdnMap {
  readonly kind: 'map'
  readonly entries: ReadonlyMap<string, EdnValue>
  readonly at: TextPosition
}

/** What EDN text stands for. Vectors, lists and sets are all arrays; tags are dropped from what they tag. */
export type EdnValue = null | boolean | number | string | EdnName | EdnMap | readonly EdnValue[]

/** No history nests deeper; text that does is an error, not a stack overflow. */
const deepest = 64

const numeral = /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?[NM]?$/

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }

/**
 * Reads every form of a text: enough of EDN for histories, without characters and ratios.
 *
 * @param firstLine the number of the text's first line in its file
 * @throws HistoryError with line and column
 */
export function readEdn(text: string, firstLine = 1): EdnValue[] {
  const reader = new EdnReader(new EdnScanner(text, firstLine))
  return reader.formsUntil('')
}

class EdnReader {
  private readonly scanner: EdnScanner
  private depth = 0

  constructor(scanner: EdnScanner) {
    this.scanner = scanner
  }

  /** Forms up to a closing bracket, which is taken, or to the end of the text. */
  formsUntil(close: string, opened?: TextPosition): EdnValue[] {
    const forms: EdnValue[] = []
    for (;;) {
      const character = this.scanner.peek()
      if (character === '' && close !== '') throw unclosed(close, opened)
      if (character === close) {
        this.scanner.take(close)
        return forms
      }
      if (this.scanner.take('#_')) this.form()
      else forms.push(this.form())
    }
  }

  private form(): EdnValue {
    const character = this.scanner.peek()
    const at = this.scanner.position()
    if (++this.depth > deepest) throw new HistoryError({ found: `forms nest over ${deepest} deep`, ...at })
    const form = this.formThatStartsWith(character, at)
    this.depth--
    return form
  }

  private formThatStartsWith(character: string, at: TextPosition): EdnValue {
    const scanner = this.scanner
    if (scanner.take('[')) return this.formsUntil(']', at)
    if (scanner.take('(')) return this.formsUntil(')', at)
    if (scanner.take('#{')) return this.formsUntil('}', at)
    if (scanner.take('{')) return this.map(at)
    if (scanner.take('"')) return unescape(scanner.quoted(), at)
    if (scanner.take('#')) {
      scanner.word()
      return this.form()
    }
    const word = scanner.word()
    if (word !== '') return atom(word, at)
    throw new HistoryError({
      found: character === '' ? 'the text ends' : `found ${character}`,
      expected: 'a value',
      ...at,
    })
  }

  private map(at: TextPosition): EdnMap {
    const forms = this.formsUntil('}', at)
    if (forms.length % 2 !== 0) {
      throw new HistoryError({
        found: `a map has ${forms.length} forms`,
        expected: 'a value for every key',
        ...at,
      })
    }
    const entries = new Map<string, EdnValue>()
    for (let index = 0; index < forms.length; index += 2) {
      const name = keywordName(forms[index]!)
      if (name !== undefined) entries.set(name, forms[index + 1]!)
    }
    return { kind: 'map', entries, at }
  }
}

/** The name of a keyword; `undefined` for anything else. */
export function keywordName(value: EdnValue | undefined): string | undefined {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined
  return value.kind === 'keyword' ? value.name : undefined
}

/** True for a map. */
export function isEdnMap(value: EdnValue | undefined): value is EdnMap {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'map'
}

function atom(word: string, at: TextPosition): EdnValue {
  if (word === 'nil') return null
  if (word === 'true') return true
  if (word === 'false') return false
  if (word.startsWith(':') && word.length > 1) return { kind: 'keyword', name: word.slice(1) }
  if (numeral.test(word)) return Number(word.replace(/[NM]$/, ''))
  if (/^[+-]?\d|^[:\\#]/.test(word)) {
    throw new HistoryError({ found: `cannot read ${word}`, expected: 'a number, keyword or string', ...at })
  }
  return { kind: 'symbol', name: word }
}

function unescape(quoted: string, at: TextPosition): string {
  return quoted.replaceAll(/\\(u[0-9a-fA-F]{4}|[^])/g, (escape: string, code: string) => {
    if (code.length === 5) return String.fromCharCode(Number.parseInt(code.slice(1), 16))
    const character = escapes[code]
    if (character !== undefined) return character
    throw new HistoryError({
      found: `a string has the escape ${escape}`,
      expected: String.raw`\n \t \r \" \\ or \uXXXX`,
      ...at,
    })
  })
}

function unclosed(close: string, opened: TextPosition | undefined): HistoryError {
  const open = close === ']' ? '[' : close === ')' ? '(' : '{'
  return new HistoryError({ found: `${open} is never closed`, expected: `a closing ${close}`, ...opened })
}
