import { encodeCanonical } from '../plain/canonical.ts'
import { equalBytes } from '../bytes/compare.ts'
import { QuorateError } from '../errors.ts'
import type { Entry } from '../log/entry.ts'
import { type Configuration, type Membership, membershipAt } from './membership.ts'
import { decodeMembership } from './membership-codec.ts'

/**
 * The membership once `entry`, of kind `membership`, is chosen, given the one before. The entry's own, as a rule. Not if
 * its bytes are bad; and not if it says that another one is pending, as Multi-Paxos's do, and was proposed without
 * knowing what came before it: whom it names as in force must be in force at its index, with nothing pending. Such an
 * entry changes nothing. Every replica and every host comes to the same verdict, for they have the same log before it.
 */
export function membershipAfter(before: Membership, entry: Entry): Membership {
  const named = membershipIn(entry)
  if (named === undefined) return before
  if (named.pending === undefined) return named
  const inForce = membershipAt(before, entry.index)
  return inForce.pending === undefined && isSame(inForce, named) ? named : before
}

/** The membership in an entry of that kind; undefined if its bytes are bad. */
export function membershipIn({ data }: Entry): Membership | undefined {
  try {
    return decodeMembership(data)
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}

function isSame(a: Configuration, b: Configuration): boolean {
  const form = ({ quorums, observers, witnesses = [] }: Configuration): Uint8Array =>
    encodeCanonical({ quorums, observers, witnesses })
  return equalBytes(form(a), form(b))
}
