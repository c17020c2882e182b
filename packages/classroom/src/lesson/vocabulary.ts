import type { QuorateError } from '@quorate/core'
import { lessonError } from './lesson-error.ts'
import type { Lesson } from './lesson.ts'
import { proseOf } from './prose.ts'
import { termPattern } from './terms.ts'

/** A lesson and the text that it was read from. */
export interface LessonText {
  readonly lesson: Lesson
  readonly text: string
}

/**
 * Words that a lesson uses and only a later one explains: one error for each such word and lesson, in the order of the
 * lessons. Each names the first line where the word stands.
 */
export function vocabularyErrors(lessons: readonly LessonText[]): QuorateError[] {
  const terms = new Map<string, number>()
  for (const [i, { lesson }] of lessons.entries()) {
    for (const word of lesson.words) if (!terms.has(word)) terms.set(word, i)
  }
  const errors: QuorateError[] = []
  for (const [i, { lesson, text }] of lessons.entries()) {
    const prose = proseOf(text)
    for (const [term, explained] of terms) {
      if (explained <= i) continue
      const line = prose.lineOf(termPattern(term))
      if (line === undefined) continue
      const later = lessons[explained]!.lesson
      errors.push(
        lessonError(
          lesson.file,
          line,
          `"${term}" is used here, and only explained in ${later.name}; explain it here or before (words), or say it otherwise`,
        ),
      )
    }
  }
  return errors
}

/** All words that are explained in these lessons, up to and with the given one. */
export function wordsKnown(lessons: readonly Lesson[], current: Lesson): ReadonlySet<string> {
  const words = new Set<string>()
  for (const lesson of lessons) {
    for (const word of lesson.words) words.add(word)
    if (lesson.name === current.name) return words
  }
  return words
}
