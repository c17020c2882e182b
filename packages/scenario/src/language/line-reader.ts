import type { NodeId, QuorateError } from '@quorate/core'
import { scriptError, unknownWord } from './problem.ts'
import type { LinkPattern, Nodes } from './statement.ts'
import { isBytes, type Token } from './tokens.ts'

/** Nothing that is worth a lesson takes longer; milliseconds. */
const longestDuration = 3_600_000
/** A clock that goes faster than this is no clock. */
const highestRate = 1_000

/** Reads the tokens of one line from left to right. Everything that is not as expected is an error that says so. */
export class LineReader {
  readonly line: number
  /** Every node that the line names, as far as it has been read. */
  readonly named: NodeId[] = []
  private readonly tokens: readonly Token[]
  private position = 0

  constructor(tokens: readonly Token[], line: number) {
    this.tokens = tokens
    this.line = line
  }

  get isAtEnd(): boolean {
    return this.position === this.tokens.length
  }

  /** What stands next, in words. */
  get next(): string {
    const token = this.tokens[this.position]
    if (token === undefined) return 'the end of the line'
    if (token.kind === 'text') return JSON.stringify(token.text)
    return token.kind === 'position' ? `"#${token.text}"` : `"${token.text}"`
  }

  error(problem: string): QuorateError {
    return scriptError(this.line, problem)
  }

  expected(what: string): QuorateError {
    return this.error(`${what} is expected, and there is ${this.next}`)
  }

  /** The next token is there and of that kind? */
  peeks(kind: Token['kind'], text?: string): boolean {
    const token = this.tokens[this.position]
    return token?.kind === kind && (text === undefined || token.text === text)
  }

  peeksNumber(): boolean {
    const token = this.tokens[this.position]
    return token?.kind === 'word' && /^\d+$/.test(token.text)
  }

  /** Takes the next token if it is of that kind, and that text. */
  accept(kind: Token['kind'], text?: string): string | undefined {
    if (!this.peeks(kind, text)) return undefined
    return this.tokens[this.position++]!.text
  }

  take(kind: Token['kind'], what: string): string {
    const text = this.accept(kind)
    if (text === undefined) throw this.expected(what)
    return text
  }

  /** The words must follow, one after the other. */
  words(...words: readonly string[]): void {
    for (const word of words) if (this.accept('word', word) === undefined) throw this.expected(`"${word}"`)
  }

  oneOf<T extends string>(what: string, known: readonly T[]): T {
    const word = this.take('word', `${what} (${known.join(', ')})`)
    if (!(known as readonly string[]).includes(word)) throw this.error(unknownWord(word, what, known))
    return word as T
  }

  /** A whole number from 0 on. */
  count(what: string): number {
    const token = this.tokens[this.position]
    if (token?.kind !== 'word' || !/^\d{1,15}$/.test(token.text)) throw this.expected(what)
    this.position += 1
    return Number(token.text)
  }

  node(): NodeId {
    const node = this.count("a node's number")
    if (node === 0) throw this.error('nodes are numbered from 1')
    this.named.push(node)
    return node
  }

  /** `1` or `1,2,3`. */
  nodeList(): NodeId[] {
    const nodes = [this.node()]
    while (this.accept(',') !== undefined) nodes.push(this.node())
    return nodes
  }

  /** `1 2 3` or `1,2,3`. */
  nodeRow(): NodeId[] {
    const nodes = [this.node()]
    while (this.accept(',') !== undefined || this.peeksNumber()) nodes.push(this.node())
    return nodes
  }

  /** `all`, or a list. */
  nodes(): Nodes {
    return this.accept('word', 'all') === undefined ? this.nodeList() : 'all'
  }

  /** `1 -> 2`, `1 2` or `1,2 | 3`. */
  links(): LinkPattern {
    const left = this.nodeList()
    const isOneWay = this.accept('->') !== undefined
    if (!isOneWay && this.accept('|') === undefined && left.length > 1) throw this.expected('"|" or "->"')
    const right = this.nodeList()
    const both = left.find((node) => right.includes(node))
    if (both !== undefined) throw this.error(`node ${both} is on both sides`)
    return { left, right, isOneWay }
  }

  /** A command: in quotes, or one word. */
  text(what: string): string {
    const text = this.accept('text') ?? this.accept('word')
    if (text === undefined) throw this.expected(what)
    if (!isBytes(text)) throw this.error(`in ${JSON.stringify(text)} is a character above U+00FF, no byte`)
    return text
  }

  /** Texts to the end of the line, with or without commas; `nothing` is none. */
  texts(what: string): string[] {
    if (this.accept('word', 'nothing') !== undefined) return []
    const texts = [this.text(what)]
    while (!this.isAtEnd) {
      this.accept(',')
      texts.push(this.text(what))
    }
    return texts
  }

  /** `50ms` or `1.5s`, in milliseconds. */
  duration(): number {
    const token = this.tokens[this.position]
    const parts = token?.kind === 'word' ? /^(\d+(?:\.\d+)?(?:e-?\d+)?)(ms|s)$/.exec(token.text) : null
    if (parts === null) throw this.expected('a duration, as 50ms or 2s,')
    this.position += 1
    const milliseconds = Number(parts[1]) * (parts[2] === 's' ? 1000 : 1)
    if (!(milliseconds > 0 && milliseconds <= longestDuration)) {
      throw this.error(
        `a duration is above 0 and at most ${longestDuration / 1000}s, and this is ${token!.text}`,
      )
    }
    return milliseconds
  }

  /** `0.95`: how fast a clock goes. */
  rate(): number {
    const token = this.tokens[this.position]
    if (token?.kind !== 'word' || !/^\d+(?:\.\d+)?(?:e-?\d+)?$/.test(token.text)) {
      throw this.expected('a rate, as 0.95 or 1,')
    }
    this.position += 1
    const rate = Number(token.text)
    if (rate > 0 && rate <= highestRate) return rate
    throw this.error(`a rate is above 0 and at most ${highestRate}, and this is ${token.text}`)
  }

  end(): void {
    if (!this.isAtEnd) throw this.error(`nothing more is expected, and there is ${this.next}`)
  }
}
