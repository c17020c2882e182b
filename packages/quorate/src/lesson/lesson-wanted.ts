import {
  findLesson,
  type Lesson,
  lessonFiles,
  type LessonText,
  parseLesson,
  type PlayedLesson,
  playLesson,
  readCatalogue,
  everythingShown,
  shownTo,
  wordsKnown,
} from '@quorate/classroom'
import { readTextFile } from '../files/text-files.ts'
import { lessonParts } from './lesson-parts.ts'

/** A lesson that somebody asks for, and how it is played. */
export interface WantedLesson {
  readonly lesson: Lesson
  /** What names it on the command line. */
  readonly name: string
  readonly play: (onProgress?: (text: string) => void) => PlayedLesson
}

/** The lessons that come with Quorate. */
export function catalogue(): readonly LessonText[] {
  return readCatalogue(lessonFiles())
}

/**
 * The lesson of that number or name, or in that file. One of the catalogue shows what there are words for by then; one in
 * a file of its own shows everything.
 *
 * @throws QuorateError `USAGE` for a lesson that there is not, or one with a mistake
 */
export function lessonWanted(wanted: string): WantedLesson {
  if (/[\\/]|\.md$/.test(wanted)) return wantedOf(parseLesson(wanted, readTextFile(wanted)), wanted, [])
  const lessons = catalogue().map(({ lesson }) => lesson)
  return wantedOf(findLesson(lessons, wanted), wanted, lessons)
}

/** All lessons of the catalogue. */
export function allLessons(): readonly WantedLesson[] {
  const lessons = catalogue().map(({ lesson }) => lesson)
  return lessons.map((lesson) => wantedOf(lesson, String(lesson.number), lessons))
}

function wantedOf(lesson: Lesson, name: string, lessons: readonly Lesson[]): WantedLesson {
  const shown = lessons.length === 0 ? everythingShown : shownTo(wordsKnown(lessons, lesson))
  return {
    lesson,
    name,
    play: (onProgress = () => {}) => playLesson(lesson, { parts: lessonParts, shown, onProgress }),
  }
}
