import { verdictOf, vocabularyErrors } from '@quorate/classroom'
import { QuorateError } from '@quorate/core'
import type { CommandOutput } from '../report/command-output.ts'
import { allLessons, catalogue, lessonWanted, type WantedLesson } from './lesson-wanted.ts'

/**
 * `quorate lesson --check`: plays lessons and says whether all that they claim is so; for what is not, where it stands and
 * the command to look at it. Of the whole catalogue also whether words come before they are used.
 *
 * @param names numbers, names or files; none: the catalogue
 * @returns the exit code: 0 if all is so, else 1
 */
export function checkLessons(names: readonly string[], output: CommandOutput): 0 | 1 {
  const isWhole = names.length === 0
  const asked = isWhole
    ? allLessons().map((wanted) => () => wanted)
    : names.map((name) => () => lessonWanted(name))
  const wordErrors = isWhole ? vocabularyErrors(catalogue()) : []
  let [claims, failed] = [0, 0]
  for (const [i, ask] of asked.entries()) {
    const found = checkLesson(ask, output, `lesson ${i + 1} of ${asked.length}`)
    claims += found.claims
    if (!found.isGood) failed += 1
  }
  output.progress('')
  for (const { message } of wordErrors) output.line(`FAILED  ${message}`)
  const all = `${asked.length} lesson${asked.length === 1 ? '' : 's'}, ${claims} claims`
  const isGood = failed === 0 && wordErrors.length === 0
  const wrong = [
    ...(failed > 0 ? [`${failed} lesson${failed === 1 ? ' does' : 's do'} not hold`] : []),
    ...(wordErrors.length > 0 ? [`${wordErrors.length} words are used before they are explained`] : []),
  ]
  output.line(isGood ? `${all}: all confirmed` : `${all}: ${wrong.join('; ')}`)
  return isGood ? 0 : 1
}

function checkLesson(
  ask: () => WantedLesson,
  output: CommandOutput,
  place: string,
): { readonly claims: number; readonly isGood: boolean } {
  try {
    const { lesson, name, play } = ask()
    const what = `${place}, ${lesson.name}`
    output.progress(what)
    const { claims, failures } = verdictOf(play((text) => output.progress(`${what}: ${text}`)))
    output.progress('')
    if (failures.length === 0) output.line(`ok      ${lesson.name}: ${claims} claims confirmed`)
    for (const { line, scene, where, message } of failures) {
      output.line(`FAILED  ${lesson.file}:${line}: ${where}: ${message}`)
      output.line(`        look at it: npx quorate lesson ${name} --plain --scene ${scene}`)
    }
    return { claims, isGood: failures.length === 0 }
  } catch (error) {
    if (!isMistake(error)) throw error
    output.progress('')
    output.line(`FAILED  ${error.message}`)
    return { claims: 0, isGood: false }
  }
}

/** Is it one in a lesson's file, at a line of it? */
function isMistake(error: unknown): error is QuorateError {
  return (
    error instanceof QuorateError && (error.details as { line?: unknown } | undefined)?.line !== undefined
  )
}
