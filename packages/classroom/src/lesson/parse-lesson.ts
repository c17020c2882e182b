import { readFrontMatter } from './front-matter.ts'
import { type Complain, lessonError } from './lesson-error.ts'
import type { Lesson, Question, Section } from './lesson.ts'
import { type Block, type SourceLine, blocksOf, closesFence, fenceMarks } from './markdown.ts'
import { scenePieces } from './scene-pieces.ts'
import { checkOwnWords } from './own-words.ts'

/** Fences that are played, and belong to scenes. */
const played: ReadonlySet<string> = new Set(['scenario', 'elections', 'explore', 'seeds'])

/**
 * Reads a lesson.
 *
 * @param file as errors are to name it; the catalogue's number is what its last part begins with
 * @throws QuorateError `USAGE` that names the file, the line, what is wrong and what was expected
 */
export function parseLesson(file: string, text: string): Lesson {
  const complain: Complain = (line, problem) => lessonError(file, line, problem)
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((source, i) => ({ text: source, line: i + 1 }))
  const { front, rest } = readFrontMatter(lines, complain)
  const { opening, parts } = partsOf(rest)
  const lesson = new LessonReader(complain)
  const body = lesson.read(opening, parts, lines.length)
  const name = file.split(/[\\/]/).at(-1)!.replace(/\.md$/, '')
  const number = /^(\d{2})-/.exec(name)?.[1]
  const read = { file, name, number: number === undefined ? undefined : Number(number), ...front, ...body }
  checkOwnWords(read, lines, complain)
  return read
}

interface Part {
  readonly title: string
  readonly line: number
  readonly lines: readonly SourceLine[]
}

/** Splits at headings of the second level. A `##` in a fence is none. */
function partsOf(lines: readonly SourceLine[]): {
  readonly opening: readonly SourceLine[]
  readonly parts: readonly Part[]
} {
  const opening: SourceLine[] = []
  const parts: (Part & { readonly lines: SourceLine[] })[] = []
  let fence = ''
  for (const source of lines) {
    const title = fence === '' ? /^##\s+(.*?)\s*$/.exec(source.text)?.[1] : undefined
    if (fence === '') fence = fenceMarks(source.text) ?? ''
    else if (closesFence(source.text, fence)) fence = ''
    if (title !== undefined) parts.push({ title, line: source.line, lines: [] })
    else (parts.at(-1)?.lines ?? opening).push(source)
  }
  return { opening, parts }
}

class LessonReader {
  private readonly complain: Complain

  constructor(complain: Complain) {
    this.complain = complain
  }

  read(
    opening: readonly SourceLine[],
    parts: readonly Part[],
    end: number,
  ): Pick<Lesson, 'opening' | 'sections' | 'questions' | 'readOn'> {
    const sections: Section[] = []
    let questions: readonly Question[] | undefined
    let readOn: readonly Block[] | undefined
    for (const part of parts) {
      if (readOn !== undefined) throw this.complain(part.line, '"## Read on" is the last part of a lesson')
      if (part.title === 'Questions') questions = this.questions(part)
      else if (part.title === 'Read on') readOn = this.readOn(part)
      else sections.push(this.section(part))
    }
    if (!sections.some(({ type }) => type === 'scene')) {
      throw this.complain(end, 'there is no scene; a part "## Scene: …" with a fence is expected')
    }
    if (questions === undefined)
      throw this.complain(end, 'there are no questions; a part "## Questions" is expected')
    if (readOn === undefined)
      throw this.complain(end, 'there is nothing to read on; a part "## Read on" is expected')
    return { opening: this.text(opening), sections, questions, readOn }
  }

  private section(part: Part): Section {
    const scene = /^Scene(?:\s*:\s*(.*))?$/.exec(part.title)
    if (scene === null) return { type: 'text', title: part.title, blocks: this.text(part.lines) }
    const title = scene[1] ?? ''
    if (title === '') throw this.complain(part.line, 'the scene has no title; "## Scene: …" is expected')
    return { type: 'scene', title, pieces: scenePieces(part.line, blocksOf(part.lines), this.complain) }
  }

  /** Blocks outside of scenes. */
  private text(lines: readonly SourceLine[]): readonly Block[] {
    const blocks = blocksOf(lines)
    for (const block of blocks) {
      if (block.type !== 'fence') continue
      if (!block.isClosed) throw this.complain(block.line, 'this fence does not end')
      if (played.has(block.name)) {
        throw this.complain(
          block.line,
          `a fence \`${block.name}\` belongs to a scene; "## Scene: …" is expected above it`,
        )
      }
    }
    return blocks
  }

  private readOn({ line, lines }: Part): readonly Block[] {
    const blocks = this.text(lines)
    if (!blocks.some(({ type }) => type === 'list')) {
      throw this.complain(line, 'a list of what to read on is expected: "- Author, title, section"')
    }
    return blocks
  }

  private questions({ line, lines }: Part): readonly Question[] {
    const blocks = this.text(lines)
    const expected = 'a numbered list of questions is expected, each with its answer below it as "   > …"'
    const [list, more] = blocks
    if (list?.type !== 'list' || !list.ordered) throw this.complain(list?.line ?? line, expected)
    if (more !== undefined) throw this.complain(more.line, `nothing stands behind the questions; ${expected}`)
    return list.items.map((item) => {
      const question = item.filter(({ type }) => type !== 'quotation')
      const answer = item.flatMap((block) => (block.type === 'quotation' ? block.blocks : []))
      const at = item[0]?.line ?? list.line
      if (question.length === 0) throw this.complain(at, `this question has no words; ${expected}`)
      if (answer.length === 0) throw this.complain(at, `this question has no answer; ${expected}`)
      return { question, answer }
    })
  }
}
