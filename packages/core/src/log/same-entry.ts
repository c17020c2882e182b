import { equalBytes } from '../bytes/compare.ts'
import type { Entry } from './entry.ts'

/** Are they the same value for the same slot? Cheap where they are one object. */
export function sameEntry(a: Entry, b: Entry): boolean {
  if (a === b) return true
  return (
    a.index === b.index &&
    a.epoch === b.epoch &&
    a.kind === b.kind &&
    a.time === b.time &&
    a.request?.replica === b.request?.replica &&
    a.request?.sequence === b.request?.sequence &&
    equalBytes(a.data, b.data)
  )
}
