import { QuorateError } from '@quorate/core'
import { scriptError } from '../language/problem.ts'
import { RunBuilder } from './run-builder.ts'
import type { RunFile } from './run-file.ts'

/** Longer files are refused. */
const longestFile = 16 * 2 ** 20

/**
 * Reads a run file.
 *
 * @throws QuorateError `USAGE` for what is no run file: which line, what is wrong with it, and what is expected
 */
export function parseRun(text: string): RunFile {
  if (text.length > longestFile)
    throw new QuorateError('USAGE', `a run file is not longer than ${longestFile} characters`)
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const builder = new RunBuilder()
  for (const [i, line] of lines.entries()) parseLine(builder, line, i + 1)
  return builder.finish(lines.length)
}

function parseLine(builder: RunBuilder, source: string, line: number): void {
  const comment = /^#( ?)(.*)$/.exec(source)
  if (comment !== null) return builder.note(comment[2]!)
  const words = source
    .replace(/(^|\s)#.*$/, '')
    .trim()
    .split(/\s+/)
  if (words[0] === '') return
  if (hasControls(source)) throw scriptError(line, 'there is a control character; a run file is plain text')
  builder.statement(words, line)
}

function hasControls(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) < 32 && text[i] !== '\t') return true
  return false
}
