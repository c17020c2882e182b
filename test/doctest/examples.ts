/** A ```` ```ts ```` block of a document or of a source file's documentation. */
export interface Example {
  /** Path of the document, as it was given. */
  readonly document: string
  /** Counts the document's examples from 1. */
  readonly number: number
  /** The line of the document on which the code begins, from 1. */
  readonly line: number
  readonly code: string
  /** Marked `no-run`: shown, not run. */
  readonly isRun: boolean
}

/** A mistake in the way an example is written. */
export class ExampleError extends Error {}

/** Every example of a document: Markdown, or TypeScript with `@example` in its comments. */
export function examplesOf(document: string, text: string): readonly Example[] {
  const lines = document.endsWith('.ts') ? exampleLines(text) : text.split('\n')
  const examples: Example[] = []
  let start: { line: number; fence: string; info: string } | undefined
  for (const [i, line] of lines.entries()) {
    const [, indent = '', fence = '', info = ''] = /^(\s*)(`{3,}|~{3,})\s*(.*?)\s*$/.exec(line) ?? []
    if (start === undefined) {
      if (fence !== '') start = { line: i + 2, fence: indent + fence, info }
    } else if (info === '' && fence.startsWith(start.fence.trim())) {
      const isRun = runs(document, start)
      const code = unindent(lines.slice(start.line - 1, i), start.fence.search(/\S/))
      if (isRun !== undefined)
        examples.push({ document, number: examples.length + 1, line: start.line, code, isRun })
      start = undefined
    }
  }
  if (start !== undefined) throw new ExampleError(`${document}:${start.line - 1}: the block has no end`)
  return examples
}

/** What a block's first line says: run it, only show it, or (undefined) none of our business. */
function runs(document: string, { line, info }: { line: number; info: string }): boolean | undefined {
  const [language, ...marks] = info.split(/\s+/)
  if (language !== 'ts') return undefined
  const unknown = marks.find((mark) => mark !== 'no-run')
  if (unknown === undefined) return marks.length === 0
  throw new ExampleError(`${document}:${line - 1}: "${unknown}" is no mark of an example; there is "no-run"`)
}

function unindent(lines: readonly string[], depth: number): string {
  return lines.map((line) => (line.slice(0, depth).trim() === '' ? line.slice(depth) : line)).join('\n')
}

/** The text of every `@example` in the comments of a source file, each line in its place; other lines are empty. */
function exampleLines(text: string): string[] {
  let isComment = false
  let isExample = false
  return text.split('\n').map((line) => {
    if (!isComment) {
      isComment = /^\s*\/\*\*/.test(line) && !line.includes('*/')
      isExample = false
      return ''
    }
    if (line.includes('*/')) isComment = false
    const content = line.replace(/^\s*\*?\/? ?/, '').replace(/\s*\*\/$/, '')
    if (content.startsWith('@')) isExample = content.startsWith('@example')
    return isExample && !content.startsWith('@') ? content : ''
  })
}
