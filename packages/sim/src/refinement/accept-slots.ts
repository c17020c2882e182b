import type { Ballot, LogIndex, Observation, StorageOperation } from '@quorate/core'
import type { AbstractLog } from './abstract-log.ts'
import type { ReplicaLog } from './replica-log.ts'
import type { Refuse } from './rules.ts'
import { describeEntry, sameEntry } from './same-entry.ts'

/** Ids of replicas are below this. */
const nodes = 2 ** 20

/** A ballot as the number of a round: in the order of ballots. */
export function ballotRound({ round, node }: Ballot): number {
  return round * nodes + node
}

/** Paxos: each slot is accepted by itself, in its ballot. Gives the slots, each with its round. */
export function acceptSlots(
  log: AbstractLog,
  replica: ReplicaLog,
  operations: readonly StorageOperation[],
  { membership }: Observation,
  refuse: Refuse,
): { slot: LogIndex; round: number }[] {
  const slots: { slot: LogIndex; round: number }[] = []
  for (const operation of operations) {
    if (operation.type !== 'accept') continue
    const { slot, ballot, entry } = operation
    const number = ballotRound(ballot)
    const round = log.round(number) ?? log.start(number, ballot.node, membership.quorums)
    if (ballot.node === replica.node) round.quorums = membership.quorums
    const known = log.proposedAt(round, slot)
    // The first acceptance that is seen says what was proposed: a proposer need not accept anything itself.
    const isProposal = known === undefined || ballot.node === replica.node
    if (isProposal) replica.identify(slot, log.propose(round, entry))
    else if (sameEntry(known, entry)) replica.identify(slot, known)
    else {
      const message = `replica ${replica.node} accepts ${describeEntry(entry)} in ballot ${ballot.round} of ${ballot.node}, which proposed something else there`
      refuse('accept-proposed', { type: 'accept', round: number, replica: replica.node, slot }, message, {
        proposed: describeEntry(known),
      })
    }
    slots.push({ slot, round: number })
  }
  return slots
}
