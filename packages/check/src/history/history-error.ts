import { QuorateError } from '@quorate/core'

/** Where in a file, what was found there and what was expected instead. */
export interface HistoryProblem {
  /** What is wrong, without a full stop: `a cas needs two values, found 3`. */
  readonly found: string
  /** What would have been right: `[from to]`. */
  readonly expected?: string
  /** From 1. */
  readonly line?: number | undefined
  /** From 1. */
  readonly column?: number | undefined
}

/** A history that cannot be read, or that no clients can have recorded. */
export class HistoryError extends QuorateError {
  readonly line: number | undefined
  readonly column: number | undefined

  constructor(problem: HistoryProblem) {
    super('DECODE', messageOf(problem))
    this.line = problem.line
    this.column = problem.column
  }
}

function messageOf({ found, expected, line, column }: HistoryProblem): string {
  const wish = expected === undefined ? '' : `; expected ${expected}`
  if (line === undefined) return found + wish
  const place = column === undefined ? `line ${line}` : `line ${line}, column ${column}`
  return `${place}: ${found}${wish}`
}
