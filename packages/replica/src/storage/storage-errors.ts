import { QuorateError } from '@quorate/core'

/** What an operator can do about a file that no longer holds what was written. */
const remedy =
  'Nothing was changed: restore this replica from a backup, or remove its data and let it join the cluster anew'

/** A log file does not hold what was written to it. Fatal: to go on would be to forget what was promised. */
export function corruptLog(file: string, offset: number, problem: string): QuorateError {
  return new QuorateError(
    'CORRUPT_LOG',
    `the log file ${file} is corrupt at byte ${offset}: ${problem}. ${remedy}`,
    {
      details: { file, offset, problem },
    },
  )
}

/** A snapshot file does not hold what was written to it. */
export function corruptSnapshot(file: string, offset: number, problem: string): QuorateError {
  return new QuorateError(
    'CORRUPT_LOG',
    `the snapshot file ${file} is corrupt at byte ${offset}: ${problem}. ${remedy}`,
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
