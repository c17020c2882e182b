import {
  type Entry,
  type Epoch,
  type LogImage,
  type LogIndex,
  type MemoryLog,
  type NodeId,
  type Observation,
  type SnapshotMeta,
  type StorageOperation,
  appendEntries,
  createMemoryLog,
  entryAt,
  forgetTo,
  lastIndex,
  resetTo,
  truncateAfter,
} from '@quorate/core'

/** What a turn changed in a replica's history. */
export interface HistoryChange {
  /** Entries that it added, in order. */
  readonly added: Entry[]
  /** Entries that it took away. Some of them may have come back with `added`. */
  readonly dropped: Entry[]
}

/** What a monitor remembers of one replica. It holds until the replica is created again, also while it is down. */
export class MonitoredReplica {
  readonly node: NodeId
  /** Its history, as it was handed to its disk. */
  log: MemoryLog = createMemoryLog(0, 0, [])
  commit: LogIndex = 0
  /** How far its machine has come, and the epoch of that entry. */
  delivered: LogIndex = 0
  deliveredEpoch: Epoch = 0
  /** The epoch that it leads, in SYNCHRONIZATION or BROADCAST; 0 if it leads none. */
  leads: Epoch = 0
  /** The epoch that it has adopted from its leader; 0 if it follows nobody whose NEWLEADER it has accepted. */
  follows: Epoch = 0
  /** Is it in BROADCAST? */
  serves = false
  /** Has it broadcast anything in the epoch that it leads? */
  hasBroadcast = false

  /** The epoch that it has adopted last, also if it looks for a leader again: what it commits it commits in that. */
  epoch: Epoch = 0

  constructor(node: NodeId) {
    this.node = node
  }

  /** It starts, or starts again, from what its disk holds. */
  reopen({ base, entries }: LogImage, snapshot: SnapshotMeta | undefined): void {
    this.log = createMemoryLog(base?.index ?? 0, base?.epoch ?? 0, entries)
    this.commit = this.delivered = snapshot?.index ?? 0
    this.deliveredEpoch = snapshot?.epoch ?? 0
    this.leads = this.follows = 0
    this.serves = this.hasBroadcast = false
  }

  /** Carries out what a turn writes. */
  write(operations: readonly StorageOperation[]): HistoryChange {
    const change: HistoryChange = { added: [], dropped: [] }
    for (const operation of operations) this.apply(operation, change)
    return change
  }

  private apply(operation: StorageOperation, { added, dropped }: HistoryChange): void {
    const { log } = this
    switch (operation.type) {
      case 'append':
        appendEntries(log, operation.entries)
        for (const entry of operation.entries) added.push(entry)
        return
      case 'truncateAfter':
        for (let i = Math.max(operation.index, log.base) + 1; i <= lastIndex(log); i++) {
          dropped.push(entryAt(log, i)!)
        }
        return truncateAfter(log, operation.index)
      case 'compactTo':
        return forgetTo(log, operation.meta.index)
      case 'installSnapshot':
        for (const entry of log.entries) dropped.push(entry)
        resetTo(log, operation.meta.index, operation.meta.epoch)
        return
      case 'setHardState':
      case 'accept': // Zab accepts histories
        return
    }
  }

  /** Takes over what the engine says of itself. Was it another epoch that it led, or followed, before? */
  see(view: Observation): { readonly elected: boolean; readonly adopted: boolean; readonly opened: boolean } {
    const { leads, follows, serves, node } = this
    this.epoch = view.epoch
    this.leads = view.leader === node ? view.epoch : 0
    this.follows = view.leader !== undefined && view.leader !== node ? view.epoch : 0
    this.serves = view.phase === 'BROADCAST'
    const elected = this.leads !== 0 && this.leads !== leads
    const adopted = this.follows !== 0 && this.follows !== follows
    if (this.leads !== leads) this.hasBroadcast = false
    return { elected, adopted, opened: this.serves && (elected || adopted || !serves) }
  }
}
