import type { StorageOperation } from '@quorate/core'
import { isSame, show } from '../suite/compare.ts'
import { breach } from '../suite/failure.ts'
import type { LogSession } from './log-session.ts'
import { imageOf } from './samples.ts'

/**
 * How many of the writes the store holds, which must be what some prefix of them left, and at least `least` of them.
 */
export function prefixOf(
  { image }: LogSession,
  writes: readonly (readonly StorageOperation[])[],
  least: number,
  when = '',
): number {
  const found = { ...image, incarnation: 0 }
  for (let count = writes.length; count >= 0; count--) {
    if (!isSame(found, imageOf(writes.slice(0, count).flat()))) continue
    if (count >= least) return count
    breach(`${when}write ${count + 1} of ${writes.length} is lost, though done was called for write ${least}`)
  }
  return breach(`${when}what is there is no prefix of the ${writes.length} writes: ${show(found)}`)
}
