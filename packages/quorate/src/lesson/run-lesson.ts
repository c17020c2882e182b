import { catalogueText, lessonPage, lessonTranscript } from '@quorate/classroom'
import { QuorateError } from '@quorate/core'
import { writeTextFile } from '../files/text-files.ts'
import type { CommandOutput } from '../report/command-output.ts'
import { checkLessons } from './check-lessons.ts'
import { catalogue, lessonWanted } from './lesson-wanted.ts'
import { type LessonTerminal, playInTerminal } from './play-in-terminal.ts'

/** What `quorate lesson` is asked to do. */
export interface LessonCommandOptions {
  readonly check?: boolean
  readonly plain?: boolean
  readonly html?: string
  readonly scene?: number
}

/** Of what is read line by line. */
const width = 80

/**
 * `quorate lesson`: lists the lessons, plays one, writes one as a page, or confirms them.
 *
 * @param names of lessons: numbers, names or files
 * @param terminal undefined where nobody can press keys: the lesson is written out
 * @returns the exit code: 0, 1 if a lesson does not hold, 130 after Ctrl-C
 * @throws QuorateError `USAGE` for a lesson that there is not, or one with a mistake
 */
export async function runLesson(
  names: readonly string[],
  options: LessonCommandOptions,
  output: CommandOutput,
  terminal: LessonTerminal | undefined,
): Promise<number> {
  checkTogether(options)
  if (options.check === true) return checkLessons(names, output)
  const [name, more] = names
  if (more !== undefined)
    throw new QuorateError('USAGE', `lesson: one at a time; "${more}" is too much (--check takes several)`)
  if (name === undefined) {
    if (options.html !== undefined || options.scene !== undefined) {
      throw new QuorateError('USAGE', 'lesson: which one? Give its number, its name or a file')
    }
    listLessons(output)
    return 0
  }
  return play(name, options, output, terminal)
}

/** Options of which one alone says what to do. */
function checkTogether({ check, plain, html, scene }: LessonCommandOptions): void {
  const whole = check === true ? '--check' : html === undefined ? undefined : '--html'
  const part = scene !== undefined ? '--scene' : plain === true ? '--plain' : undefined
  const other = check === true && html !== undefined ? '--html' : part
  if (whole === undefined || other === undefined) return
  throw new QuorateError('USAGE', `lesson: ${other} does not go with ${whole}`)
}

function listLessons(output: CommandOutput): void {
  const lessons = catalogue().map(({ lesson }) => lesson)
  for (const line of catalogueText(lessons, width)) output.line(line)
  output.line('')
  output.line('Play one: npx quorate lesson 1 (--plain: all of it at once; --html FILE: as a page)')
}

async function play(
  name: string,
  { html, plain, scene }: LessonCommandOptions,
  output: CommandOutput,
  terminal: LessonTerminal | undefined,
): Promise<number> {
  const wanted = lessonWanted(name)
  const scenes = wanted.lesson.sections.filter(({ type }) => type === 'scene').length
  if (scene !== undefined && scene > scenes) {
    const count = `${scenes} scene${scenes === 1 ? '' : 's'}`
    throw new QuorateError('USAGE', `lesson: ${wanted.lesson.name} has ${count}, and no scene ${scene}`)
  }
  const played = wanted.play((text) => output.progress(text))
  output.progress('')
  if (html !== undefined) {
    writeTextFile(html, lessonPage(played))
    output.line(`${wanted.lesson.title}: written to ${html}`)
    return 0
  }
  if (plain !== true && terminal !== undefined) {
    return (await playInTerminal(played, terminal, scene)) === 'interrupted' ? 130 : 0
  }
  for (const line of lessonTranscript(played, width, scene)) output.line(line)
  return 0
}
