import { QuorateError } from '@quorate/core'
import type { Lesson } from './lesson.ts'
import { lessonError } from './lesson-error.ts'
import { parseLesson } from './parse-lesson.ts'
import { type LessonText, vocabularyErrors } from './vocabulary.ts'

/** A file of a lesson. */
export interface LessonFile {
  readonly file: string
  readonly text: string
}

/**
 * Reads the lessons of a catalogue, in the order of their numbers.
 *
 * @throws QuorateError `USAGE` for the first mistake in a file, a name that is not `NN-name.md`, or a number that is there
 * twice. Words are not looked at: see {@link checkCatalogue}
 */
export function readCatalogue(files: readonly LessonFile[]): readonly LessonText[] {
  const lessons = files
    .map(({ file, text }) => ({ lesson: parseLesson(file, text), text }))
    .toSorted((a, b) => (a.lesson.name < b.lesson.name ? -1 : 1))
  let before: Lesson | undefined
  for (const { lesson } of lessons) {
    if (lesson.number === undefined || !/^\d{2}-[a-z0-9]+(-[a-z0-9]+)*$/.test(lesson.name)) {
      throw lessonError(
        lesson.file,
        1,
        `"${lesson.name}.md" is no name of a lesson; "07-name.md" is expected`,
      )
    }
    if (before?.number === lesson.number) {
      throw lessonError(lesson.file, 1, `number ${lesson.number} is ${before.name}'s already`)
    }
    before = lesson
  }
  return lessons
}

/** As `readCatalogue`, and no lesson uses a word that only a later one explains. */
export function checkCatalogue(files: readonly LessonFile[]): readonly LessonText[] {
  const lessons = readCatalogue(files)
  const [error] = vocabularyErrors(lessons)
  if (error !== undefined) throw error
  return lessons
}

/**
 * The lesson of that number (`3`, `03`) or name (`03-terms`, `terms`).
 *
 * @throws QuorateError `USAGE` that lists what there is
 */
export function findLesson(lessons: readonly Lesson[], wanted: string): Lesson {
  const number = /^\d+$/.test(wanted) ? Number(wanted) : undefined
  const lesson = lessons.find(
    ({ name, number: own }) =>
      (number !== undefined && own === number) || name === wanted || name.slice(3) === wanted,
  )
  if (lesson !== undefined) return lesson
  const names = lessons.map(({ name }) => name).join(', ')
  throw new QuorateError('USAGE', `there is no lesson "${wanted}"; there is ${names || 'none'}`)
}
