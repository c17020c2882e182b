import { QuorateError } from '@quorate/core'

/** Codecs and snapshots carry their version in one byte, so that a reader knows before it reads on. */
export const newestPossibleVersion = 255

/**
 * Checks the version byte in front of an encoding.
 *
 * @param found the byte, or `undefined` where there are no bytes at all
 * @param newest the newest version that the reader knows; all from 1 to it are accepted
 * @throws QuorateError `NEWER_VERSION` if a newer program wrote it; `DECODE` if no program did
 */
export function checkVersion(found: number | undefined, newest: number, what: string): number {
  if (found === undefined) throw new QuorateError('DECODE', `cannot decode ${what}: no bytes`)
  if (found === 0) throw new QuorateError('DECODE', `cannot decode ${what}: version 0 does not exist`)
  if (found > newest) {
    throw new QuorateError(
      'NEWER_VERSION',
      `cannot decode ${what}: version ${found} is newer than ${newest}`,
      {
        details: { found, newest },
      },
    )
  }
  return found
}

/** Checks the version that a codec is made with: a mistake of the program, so it throws at once. */
export function checkOwnVersion(version: number, what: string): void {
  if (Number.isInteger(version) && version >= 1 && version <= newestPossibleVersion) return
  throw new QuorateError('USAGE', `${what}: a version is 1 to ${newestPossibleVersion}, not ${version}`)
}
