import type { Complain } from '../lesson/lesson-error.ts'
import type { Fence } from '../lesson/markdown.ts'
import type { NamedOptions, Range } from './experiment.ts'

/** A line of an experiment: a word, and what belongs to it. */
export interface SettingLine {
  readonly word: string
  readonly rest: string
  /** Of the file. */
  readonly line: number
}

/** The lines of an experiment, taken by their words; what is left over at the end is a mistake. */
export class SettingLines {
  readonly notes: string[] = []
  readonly line: number
  private readonly lines: SettingLine[] = []
  private readonly complain: Complain
  private readonly known: string[] = ['expect', 'note']

  constructor(fence: Fence, complain: Complain) {
    this.complain = complain
    this.line = fence.line
    for (const [i, source] of fence.text.split('\n').entries()) {
      const text = withoutComment(source).trim()
      const line = fence.line + i + 1
      const [, word, rest] = /^(\S+)\s*(.*)$/.exec(text) ?? []
      if (word === undefined) continue
      if (word === 'note') this.notes.push(this.quoted(rest!, line))
      else this.lines.push({ word, rest: rest!, line })
    }
  }

  /** All lines that begin with this word. */
  all(word: string): readonly SettingLine[] {
    this.known.push(word)
    const found = this.lines.filter((line) => line.word === word)
    for (const line of found) this.lines.splice(this.lines.indexOf(line), 1)
    return found
  }

  one(word: string): SettingLine | undefined {
    const [first, second] = this.all(word)
    if (second !== undefined) throw this.complain(second.line, `"${word}" is there twice`)
    return first
  }

  text(word: string, otherwise: string | undefined, known?: readonly string[]): string {
    const line = this.one(word)
    const text = line?.rest ?? otherwise
    if (text === undefined) throw this.complain(this.line, `a line "${word} …" is expected`)
    if (line === undefined || known === undefined || known.includes(text)) return text
    throw this.complain(line.line, `"${text}" is no ${word}; expected is ${known.join(', ')}`)
  }

  count<T>(word: string, otherwise: T, least: number, most: number): number | T {
    const line = this.one(word)
    if (line === undefined) return otherwise
    const value = Number(line.rest.replaceAll(/(?<=\d),(?=\d{3})/g, ''))
    if (line.rest !== '' && Number.isSafeInteger(value) && value >= least && value <= most) return value
    throw this.complain(
      line.line,
      `"${line.rest}" is not right; "${word}" and a whole number from ${least} to ${most} are expected`,
    )
  }

  /** In milliseconds. */
  duration(line: SettingLine | undefined, text: string | undefined, otherwise: number): number {
    if (line === undefined) return otherwise
    const value = text === undefined ? undefined : durationOf(text)
    if (value !== undefined) return value
    throw this.complain(line.line, `"${line.rest}" is not right; a duration, as 15ms or 2s, is expected`)
  }

  flag(word: string): boolean {
    const line = this.one(word)
    if (line !== undefined && line.rest !== '') throw this.complain(line.line, `"${word}" stands alone`)
    return line !== undefined
  }

  options(): NamedOptions {
    const options: Record<string, string | number | boolean> = {}
    for (const { rest, line } of this.all('option')) {
      const [, name, value] = /^([A-Za-z][\w.]*)=(\S+)$/.exec(rest) ?? []
      if (name === undefined) throw this.complain(line, `"${rest}" is no option; write preVote=true`)
      options[name] = optionValue(value!)
    }
    return options
  }

  /** Claims, each read by `parse`, which gives undefined for what it does not know. */
  claims<T>(
    parse: (text: string, line: number) => T | undefined,
    expected: string,
  ): readonly { readonly line: number; readonly text: string; readonly what: T }[] {
    const claims = this.all('expect').map(({ rest, line }) => {
      const what = parse(rest, line)
      if (what === undefined)
        throw this.complain(line, `"${rest}" is nothing to expect; expected is ${expected}`)
      return { line, text: rest, what }
    })
    if (claims.length === 0)
      throw this.complain(this.line, 'it claims nothing; a line "expect …" is expected')
    return claims
  }

  end(): void {
    const [left] = this.lines
    if (left === undefined) return
    throw this.complain(left.line, `"${left.word}" is no setting here; known are ${this.known.join(', ')}`)
  }

  private quoted(text: string, line: number): string {
    try {
      const words: unknown = JSON.parse(text)
      if (typeof words === 'string') return words
    } catch {
      // Said below.
    }
    throw this.complain(line, 'a text in quotes is expected behind "note"')
  }
}

function withoutComment(source: string): string {
  return source.replace(/("(?:[^"\\]|\\.)*")|(?:^|\s)#.*$/g, '$1')
}

export function durationOf(text: string): number | undefined {
  const [, digits, unit] = /^(\d+(?:\.\d+)?)(ms|s)$/.exec(text) ?? []
  const value = Number(digits) * (unit === 's' ? 1000 : 1)
  return value > 0 ? value : undefined
}

/** `150ms..300ms`. */
export function rangeOf(text: string): Range | undefined {
  const [first, last, more] = text.split('..').map((part) => durationOf(part.trim()))
  if (first === undefined || last === undefined || more !== undefined || last <= first) return undefined
  return { min: first, max: last }
}

function optionValue(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true'
  return Number.isFinite(Number(text)) ? Number(text) : text
}
