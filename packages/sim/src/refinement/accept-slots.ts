import { type Ballot, type LogIndex, type Observation, type StorageOperation, sameEntry } from '@quorate/core'
import type { AbstractLog } from './abstract-log.ts'
import type { ReplicaLog } from './replica-log.ts'
import type { Refuse } from './rules.ts'
import { describeEntry } from './same-entry.ts'

/** Ids of replicas are below this. */
const nodes = 2 ** 20

/** A ballot as the number of a round: in the order of ballots. */
export function ballotRound({ round, node }: Ballot): number {
  return round * nodes + node
}

/**
 * Paxos: each slot is accepted by itself, in its ballot. Gives the slots, each with its round. A replica that has learned
 * what is chosen also accepts it: in the ballot in which whoever told it had accepted it, whatever it has promised
 * itself. That is as good as any acceptance, and wrong only where it comes to choose something else.
 */
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
    const { ballot, entries } = operation
    const number = ballotRound(ballot)
    const round = log.round(number) ?? log.start(number, ballot.node, membership.quorums)
    for (const entry of entries) {
      const slot = entry.index
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
      replica.acceptedIn.set(slot, number)
      slots.push({ slot, round: number })
    }
  }
  return slots
}
