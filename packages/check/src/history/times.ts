import { HistoryError } from './history-error.ts'

/** When something was called and returned, and by whom. */
export interface CallTimes {
  /** Such as `client 3`. */
  readonly who: string
  readonly call: number
  /** `Infinity` when it never answered. */
  readonly return: number
  /** Where it stands in its file, from 1. */
  readonly line?: number | undefined
}

/** @throws HistoryError when these times cannot be: every order of operations would rest on them */
export function checkTimes({ who, call, return: end, line }: CallTimes): void {
  if (Number.isFinite(call) && call <= end) return
  throw new HistoryError({
    found: `an operation of ${who} is called at ${call} and returns at ${end}`,
    expected: 'a finite call, and a return that is not before it',
    line,
  })
}

/** Compares times, which may be infinite, and then have no difference. */
export function compareTimes(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
