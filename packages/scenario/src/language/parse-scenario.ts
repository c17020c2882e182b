import { LineReader } from './line-reader.ts'
import { parseAct, verbs } from './parse-act.ts'
import { headerWords, newHeader, parseHeaderLine } from './parse-header.ts'
import { linesOf, scriptError, unknownWord } from './problem.ts'
import type { Scenario, Statement } from './statement.ts'
import { type Token, tokensOf } from './tokens.ts'

/**
 * Reads a script. A mistake in it is a `QuorateError` with code `USAGE` that says on which line, what is wrong and what
 * was expected.
 */
export function parseScenario(text: string): Scenario {
  const parser = new ScriptParser()
  for (const [i, source] of linesOf(text).entries()) {
    const tokens = tokensOf(source, i + 1)
    if (tokens.length > 0) parser.line(source, tokens, i + 1)
  }
  return { header: parser.header, statements: parser.statements }
}

/** Before a statement: its course is not told. */
const quietly = 'quietly'

/** An `only …:` that goes on in the lines below it. */
interface Block {
  readonly depth: number
  readonly engines: readonly string[]
}

class ScriptParser {
  readonly header = newHeader()
  readonly statements: Statement[] = []
  private block: Block | undefined

  line(source: string, tokens: readonly Token[], line: number): void {
    const depth = source.length - source.trimStart().length
    if (this.block !== undefined && depth <= this.block.depth) this.block = undefined
    if (this.block === undefined && depth > 0) {
      throw scriptError(line, 'only the lines below an "only …:" are indented')
    }
    const reader = new LineReader(tokens, line)
    const first = tokens[0]!.text
    if (headerWords.includes(first)) this.headerLine(reader, first)
    else if (first === 'only' && this.block === undefined) this.onlyLine(reader, source, depth)
    else if (verbs.includes(first) || first === quietly) this.statement(reader, source, this.block?.engines)
    else throw reader.error(unknownWord(first, 'statement', [...verbs, ...headerWords, 'only', quietly]))
  }

  private headerLine(reader: LineReader, word: string): void {
    if (this.statements.length > 0 || this.block !== undefined) {
      throw reader.error(`"${word}" belongs to the header, before every statement`)
    }
    parseHeaderLine(reader, this.header)
  }

  /** `only raft:` or `only raft, zab:`, and either a statement behind it or a block below it. */
  private onlyLine(reader: LineReader, source: string, depth: number): void {
    reader.words('only')
    const engines = [this.engineName(reader)]
    while (reader.accept(',') !== undefined) engines.push(this.engineName(reader))
    reader.take(':', '":"')
    if (reader.isAtEnd) this.block = { depth, engines }
    else this.statement(reader, source.replace(/^[^:]*:/, ''), engines)
  }

  /** A misspelt one would make its statements mean nothing. If the header names no engines they cannot be told. */
  private engineName(reader: LineReader): string {
    const name = reader.take('word', "an engine's name")
    const known = this.header.engines.map(({ engine }) => engine)
    if (known.length === 0 || known.includes(name)) return name
    throw reader.error(unknownWord(name, 'engine of the header', known))
  }

  private statement(reader: LineReader, source: string, only: readonly string[] | undefined): void {
    const isQuiet = reader.accept('word', quietly) !== undefined
    const act = parseAct(reader)
    const { replicas, observers, spares } = this.header
    const size = replicas + observers + spares
    const stranger = reader.named.find((node) => node > size)
    if (stranger !== undefined) throw reader.error(`there is no node ${stranger}; the nodes are 1 to ${size}`)
    this.statements.push({ line: reader.line, text: withoutComment(source), only, isQuiet, act })
  }
}

function withoutComment(source: string): string {
  return source.replace(/("(?:[^"\\]|\\.)*")|\s+#(?!\d).*$/g, '$1').trim()
}
