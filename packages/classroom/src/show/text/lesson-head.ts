import type { Lesson } from '../../lesson/lesson.ts'
import { hanging, wrapText } from './wrap.ts'

/** Title, level, length and claim. */
export function lessonHead({ number, title, level, minutes, claim }: Lesson, width: number): string[] {
  const name = number === undefined ? title : `Lesson ${number}. ${title}`
  return [
    ...wrapText(name, width),
    '',
    `For ${level === 'starter' ? 'starters' : `${level} readers`}, ${minutes === 1 ? '1 minute' : `${minutes} minutes`}.`,
    ...hanging('What it shows: ', claim, width),
  ]
}

/** All lessons: number, level, minutes, title. */
export function catalogueText(lessons: readonly Lesson[], width: number): string[] {
  return lessons.flatMap(({ number = 0, title, level, minutes }) =>
    hanging(
      `${String(number).padStart(4)}  ${level.padEnd(8)} ${`${minutes} min`.padStart(6)}  `,
      title,
      width,
    ),
  )
}
