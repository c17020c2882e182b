import type { Entry, LogImage, LogIndex, NodeId } from '@quorate/core'
import { isHeldAs } from './same-entry.ts'

/** A write under way: what it will make durable. */
export interface PendingWrite {
  readonly sequence: number
  /** Logs without holes: everything up to `last` is accepted in `round`. */
  readonly round: number
  readonly last: LogIndex
  /** Slots accepted one by one, each with its round. */
  readonly slots: readonly { readonly slot: LogIndex; readonly round: number }[]
}

/**
 * What one replica's log holds, durable or on its way to the disk. Of each entry it has the replica's own object, by
 * which an entry that is applied is told at once, and the one by which its value is known here.
 */
export class ReplicaLog {
  readonly node: NodeId
  /** Everything up to here is in a snapshot, and so was chosen. */
  base: LogIndex = 0
  /** Equal to what is chosen up to here. */
  agreed: LogIndex = 0
  /** The machine has been given everything up to here. */
  learned: LogIndex = 0
  /** The round by whose history the log was last checked, as a whole. */
  matchedRound = 0
  pending: PendingWrite[] = []
  /** Slots accepted one by one: the round of each one's last acceptance. */
  readonly acceptedIn: Map<LogIndex, number> = new Map()
  private own: (Entry | undefined)[] = []
  private known: (Entry | undefined)[] = []

  constructor(node: NodeId) {
    this.node = node
  }

  get last(): LogIndex {
    return this.base + this.own.length
  }

  /** The replica's own object. */
  ownAt(slot: LogIndex): Entry | undefined {
    return this.own[slot - this.base - 1]
  }

  /** The value there. */
  at(slot: LogIndex): Entry | undefined {
    return this.known[slot - this.base - 1]
  }

  /** Puts an entry in its slot, leaving holes before it if need be. */
  put(slot: LogIndex, own: Entry, known: Entry): void {
    const position = slot - this.base - 1
    if (position < 0) return
    while (this.own.length < position) {
      this.own.push(undefined)
      this.known.push(undefined)
    }
    this.own[position] = own
    this.known[position] = known
  }

  /** The value in a slot is the same as `entry`, which stands for it from now on; if the slot is still kept. */
  identify(slot: LogIndex, entry: Entry): void {
    if (slot > this.base) this.known[slot - this.base - 1] = entry
  }

  truncateAfter(slot: LogIndex): void {
    if (slot >= this.last) return
    this.own.length = Math.max(0, slot - this.base)
    this.known.length = this.own.length
  }

  forgetTo(slot: LogIndex): void {
    if (slot <= this.base) return
    this.own.splice(0, slot - this.base)
    this.known.splice(0, slot - this.base)
    for (const other of this.acceptedIn.keys()) if (other <= slot) this.acceptedIn.delete(other)
    this.base = slot
    this.agreed = Math.max(this.agreed, slot)
  }

  /** A new life begins with what the disk holds. What is still the same keeps its name. */
  reopen({ base, entries }: LogImage): void {
    const before = new Map(this.known.map((entry) => [entry?.index ?? 0, entry]))
    this.base = base?.index ?? 0
    this.own = []
    this.known = []
    this.pending = []
    this.acceptedIn.clear()
    this.matchedRound = 0
    this.agreed = this.base
    for (const entry of entries) {
      const known = before.get(entry.index)
      this.put(entry.index, entry, known !== undefined && isHeldAs(known, entry) ? known : entry)
    }
  }
}
