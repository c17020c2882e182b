import { HistoryError } from './history-error.ts'

/** Where in a text, both from 1. */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

const blank = /[\s,]*/y
const word = /[^\s,;"()[\]{}]*/y

/** Moves through EDN text: skips what means nothing, cuts out words and strings, knows where it is. */
export class EdnScanner {
  private readonly text: string
  private at = 0
  /** The line that {@link position} was last asked for, where it starts and where it ends. */
  private line: number
  private lineStart = 0
  private newline: number

  constructor(text: string, firstLine: number) {
    this.text = text
    this.line = firstLine
    this.newline = nextNewline(text, 0)
  }

  /** The next character that means something, or '' at the end. Commas are whitespace in EDN. */
  peek(): string {
    this.at = skipMeaningless(this.text, this.at)
    return this.text[this.at] ?? ''
  }

  /** True, and moves past it, when this text comes next, with nothing between. */
  take(expected: string): boolean {
    if (!this.text.startsWith(expected, this.at)) return false
    this.at += expected.length
    return true
  }

  /** The characters up to the next delimiter. */
  word(): string {
    word.lastIndex = this.at
    word.test(this.text)
    const start = this.at
    this.at = word.lastIndex
    return this.text.slice(start, this.at)
  }

  /**
   * The characters of a string whose opening quote has been taken, escapes and all, past its closing quote.
   */
  quoted(): string {
    const start = this.at
    const { line, column } = this.position()
    for (; this.at < this.text.length; this.at++) {
      const character = this.text[this.at]
      if (character === '\\') this.at++
      else if (character === '"') return this.text.slice(start, this.at++)
    }
    throw new HistoryError({
      found: 'a string is never closed',
      expected: 'a closing "',
      line,
      column: column - 1,
    })
  }

  position(): TextPosition {
    while (this.newline < this.at) {
      this.line++
      this.lineStart = this.newline + 1
      this.newline = nextNewline(this.text, this.lineStart)
    }
    return { line: this.line, column: this.at - this.lineStart + 1 }
  }
}

/**
 * Where what means something begins: behind whitespace, commas, comments and a byte order mark. One step a comment, not
 * one expression for all of them, which would run out of stack on a file of millions.
 */
export function skipMeaningless(text: string, from: number): number {
  for (let at = from; ;) {
    blank.lastIndex = at
    blank.test(text)
    at = blank.lastIndex
    if (text[at] !== ';') return at
    at = Math.min(nextNewline(text, at), text.length)
  }
}

function nextNewline(text: string, from: number): number {
  const at = text.indexOf('\n', from)
  return at < 0 ? Infinity : at
}
