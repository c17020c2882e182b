import { QuorateError } from '@quorate/core'

/** A mistake in a lesson: a `QuorateError` with code `USAGE`, whose details have `file`, `line` and `problem`. */
export function lessonError(file: string, line: number, problem: string): QuorateError {
  return new QuorateError('USAGE', `${file}:${line}: ${problem}`, { details: { file, line, problem } })
}

/** Where a lesson is wrong, and in which way. */
export type Complain = (line: number, problem: string) => QuorateError
