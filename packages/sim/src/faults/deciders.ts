import {
  type Configuration,
  type Entry,
  type LogIndex,
  type Membership,
  type NodeId,
  isReplicationQuorum,
  membershipAfter,
} from '@quorate/core'

/** A membership, and the last index that others decide. */
interface Decider {
  readonly membership: Configuration
  readonly after: LogIndex
}

/**
 * The memberships of which each must keep a quorum, lest the cluster stand still for good. Those in force and pending,
 * as the decided log says; and older ones, as long as no quorum of a newer one has on disk everything that was decided
 * before it, and so that it is in force: until then only the older ones can make that known. Also those that were asked
 * for and may yet be decided.
 */
export class Deciders {
  private latest: Membership
  /** Oldest first, never empty. */
  private records: readonly Decider[]
  private readonly open = new Set<Configuration>()
  private readonly holds: (node: NodeId, index: LogIndex) => boolean

  /** `holds`: does that replica's disk have everything up to there, and that it is decided? */
  constructor(first: Membership, holds: (node: NodeId, index: LogIndex) => boolean) {
    this.latest = first
    this.records = [{ membership: first, after: 0 }]
    this.holds = holds
  }

  /** An entry was decided, all before it having been. */
  decided(entry: Entry): void {
    if (entry.kind !== 'membership') return
    const before = this.latest
    this.latest = membershipAfter(before, entry)
    if (this.latest === before) return
    const next = this.latest.pending?.at(-1)
    const record =
      next === undefined
        ? { membership: this.latest, after: entry.index }
        : { membership: next.membership, after: next.from - 1 }
    this.records = [...this.records, record]
  }

  /** Somebody asks for that membership. */
  asked(membership: Configuration): void {
    this.open.add(membership)
  }

  /** It was decided, or never will be. */
  answered(membership: Configuration): void {
    this.open.delete(membership)
  }

  /** Those that were decided: the newest that can go on without the others, and all after it. */
  get decidedOnes(): readonly Configuration[] {
    const settled = this.records.findLastIndex((record) => this.isSettled(record))
    if (settled > 0) this.records = this.records.slice(settled)
    return this.records.map(({ membership }) => membership)
  }

  /** Those, and those that may yet be decided. */
  get all(): readonly Configuration[] {
    return [...this.decidedOnes, ...this.open]
  }

  private isSettled({ membership: { quorums }, after }: Decider): boolean {
    return isReplicationQuorum(quorums, (voter) => this.holds(voter, after))
  }
}
