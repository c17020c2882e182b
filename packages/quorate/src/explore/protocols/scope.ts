import { QuorateError, type QuorumSystem } from '@quorate/core'
import type { singleDecree } from '@quorate/paxos'
import type { ProtocolScope } from './protocol.ts'
import { counted } from './words.ts'

/** 1 to `last`. */
export function idsTo(last: number): readonly number[] {
  return Array.from({ length: last }, (_, i) => i + 1)
}

/** Every ballot of a scope, from the lowest. */
export function ballotsWithin(proposers: number, rounds: number): readonly singleDecree.Ballot[] {
  return idsTo(rounds).flatMap((round) => idsTo(proposers).map((proposer) => ({ round, proposer })))
}

/**
 * Majorities, or quorums of the sizes that were asked for. To see what comes of quorums that do not meet, these are by
 * default a majority in phase 1, and all the others in phase 2.
 */
export function quorumsOf({ acceptors, quorums, unsafe }: ProtocolScope): QuorumSystem {
  const voters = idsTo(acceptors)
  if (quorums !== undefined) {
    return { type: 'flexible', voters, election: quorums[0], replication: quorums[1] }
  }
  if (unsafe !== 'skipQuorumCheck') return { type: 'majority', voters }
  const election = Math.floor(acceptors / 2) + 1
  if (election === acceptors) {
    throw new QuorateError(
      'USAGE',
      `explore: ${counted(acceptors, 'acceptor')} cannot form quorums that do not meet`,
    )
  }
  return { type: 'flexible', voters, election, replication: acceptors - election }
}

/** Sizes in words. */
export function quorumsInWords(quorums: QuorumSystem): string {
  if (quorums.type !== 'flexible') return 'majorities'
  return `quorums of ${quorums.election} in phase 1 and ${quorums.replication} in phase 2`
}

/** The scope as it is printed. */
export function scopeInWords(scope: ProtocolScope, quorums: string): string[] {
  const { proposers, acceptors, rounds, crashes } = scope
  return [
    counted(proposers, 'proposer'),
    `${counted(acceptors, 'acceptor')}, ${quorums}`,
    rounds === 1 ? 'round 1' : `rounds 1 to ${rounds}`,
    counted(crashes, 'crash', 'crashes'),
    'messages late, lost, repeated, out of order',
  ]
}
