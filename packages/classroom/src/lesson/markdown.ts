import { type Inline, inlinesOf } from './inline.ts'

/** A block of Markdown. */
export type Block =
  | { readonly type: 'paragraph' | 'heading'; readonly inlines: readonly Inline[]; readonly line: number }
  | {
      readonly type: 'list'
      readonly ordered: boolean
      readonly items: readonly (readonly Block[])[]
      readonly line: number
    }
  | { readonly type: 'quotation'; readonly blocks: readonly Block[]; readonly line: number }
  | {
      readonly type: 'table'
      readonly head: readonly (readonly Inline[])[]
      readonly rows: readonly (readonly (readonly Inline[])[])[]
      readonly line: number
    }
  | Fence

/** `line` is that of the opening fence. */
export interface Fence {
  readonly type: 'fence'
  /** The first word behind the backquotes. */
  readonly name: string
  readonly text: string
  readonly line: number
  readonly isClosed: boolean
}

/** A line of a file, and its number. */
export interface SourceLine {
  readonly text: string
  readonly line: number
}

const fenceStart = /^(`{3,}|~{3,})\s*([\w-]*)/
const item = /^(\s*)([-*+]|\d{1,3}[.)])(\s+)/
const tableRule = /^\s*\|?\s*:?-{3,}:?\s*(\|\s*:?-{3,}:?\s*)*\|?\s*$/

/** The marks that begin a fence, if the line does. */
export function fenceMarks(text: string): string | undefined {
  return fenceStart.exec(text)?.[1]
}

/** Does the line end a fence that these marks began? As many of the same, and nothing else. */
export function closesFence(text: string, marks: string): boolean {
  const end = text.trim()
  return end.length >= marks.length && end === marks[0]!.repeat(end.length)
}

/** Reads the plain kind of Markdown that lessons are written in: see the package's README. */
export function blocksOf(lines: readonly SourceLine[]): Block[] {
  return new BlockReader(lines).read()
}

class BlockReader {
  private readonly lines: readonly SourceLine[]
  private at = 0

  constructor(lines: readonly SourceLine[]) {
    this.lines = lines
  }

  read(): Block[] {
    const blocks: Block[] = []
    while (this.at < this.lines.length) {
      const { text } = this.lines[this.at]!
      if (text.trim() === '') this.at += 1
      else blocks.push(this.block(text))
    }
    return blocks
  }

  private block(text: string): Block {
    if (fenceStart.test(text)) return this.fence()
    if (/^#{1,6}\s/.test(text)) return this.heading()
    if (text.startsWith('>')) return this.quotation()
    if (item.test(text)) return this.list()
    if (text.includes('|') && tableRule.test(this.lines[this.at + 1]?.text ?? '')) return this.table()
    return this.paragraph()
  }

  private fence(): Fence {
    const { text, line } = this.lines[this.at]!
    const [, marks, name] = fenceStart.exec(text)!
    const body: string[] = []
    let isClosed = false
    for (this.at += 1; this.at < this.lines.length && !isClosed; this.at++) {
      const inner = this.lines[this.at]!.text
      isClosed = closesFence(inner, marks!)
      if (!isClosed) body.push(inner)
    }
    return { type: 'fence', name: name!, text: body.join('\n'), line, isClosed }
  }

  private heading(): Block {
    const { text, line } = this.lines[this.at++]!
    return { type: 'heading', inlines: inlinesOf(text.replace(/^#+\s+/, '').trim()), line }
  }

  private quotation(): Block {
    const inner: SourceLine[] = []
    const { line } = this.lines[this.at]!
    for (; this.lines[this.at]?.text.startsWith('>') === true; this.at++) {
      const { text, line: own } = this.lines[this.at]!
      inner.push({ text: text.replace(/^>\s?/, ''), line: own })
    }
    return { type: 'quotation', blocks: blocksOf(inner), line }
  }

  private list(): Block {
    const { text: first, line } = this.lines[this.at]!
    const isOrdered = /^\s*\d/.test(first)
    const items: Block[][] = []
    while (this.at < this.lines.length) {
      const mark = item.exec(this.lines[this.at]!.text)
      if (mark === null || /^\d/.test(mark[2]!) !== isOrdered) break
      items.push(blocksOf(this.itemLines(mark[0].length)))
    }
    return { type: 'list', ordered: isOrdered, items, line }
  }

  /** The lines of an item, without their indentation: those indented, and those that go on with its paragraph. */
  private itemLines(indent: number): SourceLine[] {
    const { text, line } = this.lines[this.at]!
    const inner: SourceLine[] = [{ text: text.slice(indent), line }]
    for (this.at += 1; this.at < this.lines.length; this.at++) {
      const next = this.lines[this.at]!
      const depth = next.text.length - next.text.trimStart().length
      const isBlank = next.text.trim() === ''
      const isLazy = depth === 0 && inner.at(-1)!.text.trim() !== '' && !item.test(next.text)
      if (!isBlank && depth === 0 && !isLazy) break
      if (!isBlank && depth > 0 && depth < Math.min(indent, 2)) break
      if (isLazy && /^(#{1,6}\s|>|```|~~~)/.test(next.text)) break
      inner.push({ text: next.text.slice(Math.min(depth, indent)), line: next.line })
    }
    return inner
  }

  private table(): Block {
    const { text, line } = this.lines[this.at]!
    const head = cellsOf(text)
    const rows: (readonly Inline[])[][] = []
    for (this.at += 2; this.lines[this.at]?.text.includes('|') === true; this.at++) {
      rows.push(cellsOf(this.lines[this.at]!.text))
    }
    return { type: 'table', head, rows, line }
  }

  private paragraph(): Block {
    const { line } = this.lines[this.at]!
    const words: string[] = []
    for (; this.at < this.lines.length; this.at++) {
      const { text } = this.lines[this.at]!
      const ends = text.trim() === '' || fenceStart.test(text) || /^(#{1,6}\s|>)/.test(text)
      if (ends || (words.length > 0 && /^[-*+]\s/.test(text))) break
      words.push(text.trim())
    }
    return { type: 'paragraph', inlines: inlinesOf(words.join(' ')), line }
  }
}

function cellsOf(row: string): Inline[][] {
  const inner = row.trim().replace(/^\|/, '').replace(/\|$/, '')
  return inner.split(/(?<!\\)\|/).map((cell) => inlinesOf(cell.replaceAll('\\|', '|').trim()))
}
