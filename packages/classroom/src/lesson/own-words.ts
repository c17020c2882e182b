import type { Complain } from './lesson-error.ts'
import type { Lesson } from './lesson.ts'
import type { Block, SourceLine } from './markdown.ts'
import { plainInlines } from './inline.ts'
import { termPattern } from './terms.ts'

/** Every word that a lesson says to explain is in its list of words, or in its text before the first scene. */
export function checkOwnWords(
  lesson: Pick<Lesson, 'words' | 'opening' | 'sections'>,
  lines: readonly SourceLine[],
  complain: Complain,
): void {
  const first = lesson.sections.findIndex(({ type }) => type === 'scene')
  const before = lesson.sections.slice(0, first).flatMap((part) => (part.type === 'text' ? part.blocks : []))
  const text = [...lesson.opening, ...before].map(plainBlock).join('\n')
  const missing = lesson.words.find((word) => !termPattern(word).test(text))
  if (missing === undefined) return
  const line = lines.find((source) => source.text.startsWith('words:'))?.line ?? 1
  throw complain(
    line,
    `"${missing}" is explained nowhere; a line "- **${missing}**: …" under "## Words" is expected, or it in the text before the first scene`,
  )
}

/** The words of a block, without marks. */
export function plainBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
      return plainInlines(block.inlines)
    case 'list':
      return block.items.map((item) => item.map(plainBlock).join('\n')).join('\n')
    case 'quotation':
      return block.blocks.map(plainBlock).join('\n')
    case 'table':
      return [block.head, ...block.rows]
        .map((row) => row.map((cell) => plainInlines(cell)).join(' '))
        .join('\n')
    case 'fence':
      return ''
  }
}
