import type { Complain } from './lesson-error.ts'
import { type Level, levels } from './lesson.ts'
import type { SourceLine } from './markdown.ts'

/** What the head of a lesson's file says. */
export interface FrontMatter {
  readonly title: string
  readonly level: Level
  readonly minutes: number
  readonly claim: string
  readonly words: readonly string[]
}

const fields = ['title', 'level', 'minutes', 'claim', 'words'] as const
type Field = (typeof fields)[number]

/** Reads the lines between the two `---`. Gives also what is behind them. */
export function readFrontMatter(
  lines: readonly SourceLine[],
  complain: Complain,
): { readonly front: FrontMatter; readonly rest: readonly SourceLine[] } {
  if (lines[0]?.text.trim() !== '---') {
    throw complain(1, `a lesson begins with a line "---" and with ${fields.join(', ')}`)
  }
  const end = lines.findIndex(({ text }, i) => i > 0 && text.trim() === '---')
  if (end < 0) throw complain(1, 'the head of the lesson does not end; a line "---" is expected behind it')
  const values = new Map<Field, SourceLine>()
  for (const { text, line } of lines.slice(1, end)) {
    if (text.trim() === '') continue
    const [, name, value] = /^(\w+):\s*(.*?)\s*$/.exec(text) ?? []
    const field = fields.find((known) => known === name)
    if (field === undefined) {
      throw complain(line, `"${text.trim()}" is no line of a lesson's head; expected is one of ${listed}`)
    }
    if (values.has(field)) throw complain(line, `"${field}" is there twice`)
    values.set(field, { text: value!, line })
  }
  return { front: frontOf(values, lines[end]!.line, complain), rest: lines.slice(end + 1) }
}

const listed = fields.map((field) => `"${field}: …"`).join(', ')

function frontOf(values: ReadonlyMap<Field, SourceLine>, end: number, complain: Complain): FrontMatter {
  const needed = (field: Field): SourceLine => {
    const value = values.get(field)
    if (value === undefined) throw complain(end, `the head has no "${field}"`)
    if (value.text === '') throw complain(value.line, `"${field}" is empty`)
    return value
  }
  const level = needed('level')
  const isLevel = levels.find((known) => known === level.text)
  if (isLevel === undefined) {
    throw complain(level.line, `"${level.text}" is no level; expected is ${levels.join(', ')}`)
  }
  const minutes = needed('minutes')
  if (!/^[1-9]\d?$/.test(minutes.text)) {
    throw complain(minutes.line, `"${minutes.text}" are no minutes; a whole number from 1 to 99 is expected`)
  }
  return {
    title: needed('title').text,
    level: isLevel,
    minutes: Number(minutes.text),
    claim: needed('claim').text,
    words: wordsOf(values.get('words'), complain),
  }
}

function wordsOf(value: SourceLine | undefined, complain: Complain): string[] {
  if (value === undefined || value.text === '') return []
  const words = value.text.split(',').map((word) => word.trim().toLowerCase())
  const wrong = words.find((word, i) => word === '' || words.indexOf(word) !== i)
  if (wrong === undefined) return words
  const problem = wrong === '' ? 'there is a comma too many' : `"${wrong}" is there twice`
  throw complain(value.line, `in "words" ${problem}; words with commas between them are expected`)
}
