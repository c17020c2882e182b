import {
  type LogIndex,
  type Membership,
  type Observation,
  type QuorumSystem,
  membershipAt,
} from '@quorate/core'

/**
 * Which quorums decide each slot, where a membership that is chosen in one slot is in force some slots later. Nobody
 * proposes in a slot before knowing all that can change its membership, and nobody accepts there before it is proposed:
 * so when a slot is first seen, whoever knows most of the chosen prefix knows who decides it, and it stays so. A replica
 * that accepts it late may know less of its membership, or no more of it.
 */
export class SlotQuorums {
  /** As who knows most of the chosen prefix sees it, and how much that is. */
  private membership: Membership | undefined
  private commitIndex: LogIndex = 0
  private readonly quorums: (QuorumSystem | undefined)[] = []

  /** A replica shows what it knows. */
  saw({ commitIndex, membership }: Observation): void {
    if (this.membership !== undefined && commitIndex < this.commitIndex) return
    this.membership = membership
    this.commitIndex = commitIndex
  }

  /** The quorums that decide `slot`. Somebody must have been seen before. */
  at(slot: LogIndex): QuorumSystem {
    return (this.quorums[slot] ??= membershipAt(this.membership!, slot).quorums)
  }
}
