import { type Entry, type LogIndex, type Membership, membershipAfter, membershipAt } from '@quorate/core'

/** Who takes part, as the decided log says, whatever single replicas know of it. */
export class DecidedMembership {
  private latest: Membership
  private readonly lastIndex: () => LogIndex

  /** `first` is in force before any entry; `lastIndex`: how much is decided. */
  constructor(first: Membership, lastIndex: () => LogIndex) {
    this.latest = first
    this.lastIndex = lastIndex
  }

  /** An entry was decided, all before it having been. */
  decided(entry: Entry): void {
    if (entry.kind === 'membership') this.latest = membershipAfter(this.latest, entry)
  }

  /** The membership that decides the next index, and what is pending then. */
  get now(): Membership {
    return membershipAt(this.latest, this.lastIndex() + 1)
  }
}
