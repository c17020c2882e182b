import { QuorateError } from '@quorate/core'

/**
 * What an operator can do about a file that no longer holds what was written. Not: to start over under the same id, or
 * from an old backup. The replica would forget votes and acknowledgements that others count on.
 */
export const remedy: string =
  'Put the undamaged file back, or replace this replica by one with a new id (with its old id and less data it would ' +
  'break what it promised)'

/** A log file does not hold what was written to it. Fatal: to go on would be to forget what was promised. */
export function corruptLog(file: string, offset: number, problem: string): QuorateError {
  return new QuorateError(
    'CORRUPT_LOG',
    `the log file ${file} is corrupt at byte ${offset}: ${problem}. Nothing was changed. ${remedy}`,
    {
      details: { file, offset, problem },
    },
  )
}

/** A snapshot file does not hold what was written to it. */
export function corruptSnapshot(file: string, offset: number, problem: string): QuorateError {
  return new QuorateError(
    'CORRUPT_LOG',
    `the snapshot file ${file} is corrupt at byte ${offset}: ${problem}. Nothing was changed. ${remedy}`,
    { details: { file, offset, problem } },
  )
}

/** An operation on a file failed. The store is of no use from here on: what the disk now holds is not known. */
export function storageFailed(file: string, action: string, cause: unknown): QuorateError {
  if (cause instanceof QuorateError) return cause
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new QuorateError(
    'STORAGE',
    `cannot ${action} ${file}: ${reason}. The replica stops; check the disk's health and free space, then start it again`,
    { cause, details: { file, action } },
  )
}
