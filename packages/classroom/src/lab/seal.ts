import { createHash } from 'node:crypto'
import { QuorateError } from '@quorate/core'

/** What a teacher publishes before the work begins: it binds them to their hidden seeds and gives none away. */
export interface Seal {
  /** How many hidden seeds there are. */
  readonly count: number
  /** sha256 of the lab, the count and the salt, in hex. */
  readonly commitment: string
}

const shortestSalt = 16

/**
 * The seal of a salt.
 *
 * @throws QuorateError `USAGE` for a salt that could be guessed
 */
export function sealOf(lab: string, salt: string, count: number): Seal {
  const trimmed = salt.trim()
  if (trimmed.length < shortestSalt) {
    throw new QuorateError(
      'USAGE',
      `a salt has at least ${shortestSalt} characters; this one could be guessed`,
    )
  }
  return { count, commitment: sha256(`quorate lab ${lab} ${count} ${trimmed}`).toString('hex') }
}

/**
 * The hidden seeds of a salt, if it is the one that was sealed.
 *
 * @throws QuorateError `USAGE` if it is not
 */
export function openSeal(lab: string, salt: string, seal: Seal): readonly number[] {
  const { commitment } = sealOf(lab, salt, seal.count)
  if (commitment !== seal.commitment) {
    throw new QuorateError('USAGE', `the salt is not the one of the commitment ${seal.commitment}`)
  }
  return Array.from({ length: seal.count }, (_, i) => {
    return sha256(`quorate seed ${lab} ${i} ${salt.trim()}`).readUIntBE(0, 6)
  })
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
