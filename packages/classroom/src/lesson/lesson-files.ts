import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { LessonFile } from './catalogue.ts'

const directory = fileURLToPath(new URL('../../lessons/', import.meta.url))

/** The files of the lessons that come with this package, in the order of their names. */
export function lessonFiles(): readonly LessonFile[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.md'))
    .toSorted()
    .map((name) => ({ file: name, text: readFileSync(join(directory, name), 'utf8') }))
}
