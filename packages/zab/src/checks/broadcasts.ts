import { type Entry, type Epoch, type LogIndex, type NodeId, sameEntry } from '@quorate/core'

/** An epoch's primaries, of which there should be one, and what they have broadcast. */
interface Primary {
  readonly leaders: NodeId[]
  /** The first index that it broadcast; 0 if there is none. */
  first: LogIndex
  readonly entries: Map<LogIndex, Entry>
}

/** Who led which epoch, and what was broadcast in it: the specifications' `epochLeader` and `proposalMsgsLog`. */
export class Broadcasts {
  /** The newest epoch that has, or had, a leader. */
  newest: Epoch = 0
  private readonly primaries = new Map<Epoch, Primary>()

  /** All who led `epoch`. */
  leadersOf(epoch: Epoch): readonly NodeId[] {
    return this.primaries.get(epoch)?.leaders ?? []
  }

  leads(epoch: Epoch, node: NodeId): void {
    const { leaders } = this.primary(epoch)
    if (!leaders.includes(node)) leaders.push(node)
    this.newest = Math.max(this.newest, epoch)
  }

  /** The first one to be broadcast at an index of an epoch is the one that counts. */
  add(entry: Entry): void {
    const primary = this.primary(entry.epoch)
    if (primary.first === 0) primary.first = entry.index
    if (!primary.entries.has(entry.index)) primary.entries.set(entry.index, entry)
  }

  has(entry: Entry): boolean {
    const broadcast = this.primaries.get(entry.epoch)?.entries.get(entry.index)
    return broadcast !== undefined && sameEntry(broadcast, entry)
  }

  /** The first index that was broadcast in an epoch; 0 if none is known. */
  firstOf(epoch: Epoch): LogIndex {
    return this.primaries.get(epoch)?.first ?? 0
  }

  forgetTo(index: LogIndex): void {
    for (const { entries } of this.primaries.values()) {
      for (const known of entries.keys()) if (known <= index) entries.delete(known)
    }
  }

  private primary(epoch: Epoch): Primary {
    let primary = this.primaries.get(epoch)
    if (primary === undefined) {
      primary = { leaders: [], first: 0, entries: new Map() }
      this.primaries.set(epoch, primary)
    }
    return primary
  }
}
