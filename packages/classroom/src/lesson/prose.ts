import { closesFence, fenceMarks } from './markdown.ts'

/** The words that a reader of a lesson reads, with the lines where they stand. */
export class Prose {
  private text = ''
  private readonly starts: { readonly offset: number; readonly line: number }[] = []

  add(text: string, line: number): void {
    this.starts.push({ offset: this.text.length, line })
    this.text += `${text}\n`
  }

  /** Where the first match begins; undefined if there is none. */
  lineOf(pattern: RegExp): number | undefined {
    pattern.lastIndex = 0
    const match = pattern.exec(this.text)
    if (match === null) return undefined
    return this.starts.findLast(({ offset }) => offset <= match.index)?.line
  }
}

/**
 * What is read of a lesson's file: title, claim and text; of fences only notes, questions and answers. Without code, the
 * targets of links, and the list of what to read on.
 */
export function proseOf(text: string): Prose {
  const prose = new Prose()
  let fence = ''
  let place: 'head' | 'text' | 'read on' = 'text'
  for (const [i, source] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    const marks = fenceMarks(source.trimStart())
    if (source.trim() === '---' && (i === 0 || place === 'head')) place = i === 0 ? 'head' : 'text'
    else if (place === 'head') {
      const value = /^(?:title|claim):(.*)$/.exec(source)?.[1]
      if (value !== undefined) prose.add(value, i + 1)
    } else if (fence !== '') {
      if (closesFence(source, fence)) fence = ''
      else prose.add(saidInFence(source), i + 1)
    } else if (marks !== undefined) fence = marks
    else {
      if (source.startsWith('## ')) place = source.trim() === '## Read on' ? 'read on' : 'text'
      if (place === 'text') prose.add(withoutCode(source), i + 1)
    }
  }
  return prose
}

/** A note, a question or an answer; empty for all else. */
function saidInFence(source: string): string {
  return /^\s*(?:#[?=](.*)|note\s+(".*")\s*(?:#.*)?)$/.exec(source)?.slice(1).join(' ') ?? ''
}

function withoutCode(source: string): string {
  return source
    .replace(/(`+).*?\1/g, ' ')
    .replace(/\]\([^)\s]*\)/g, ']')
    .replace(/[*_>]/g, ' ')
}
