import type { Ballot, Entry, LogIndex, NodeId, Observation } from '@quorate/core'
import { noBallot } from '../ballot.ts'

/** A write under way: what it accepts, or which promise it carries. */
interface PendingWrite {
  readonly sequence: number
  readonly ballot: Ballot
  readonly entries: readonly Entry[]
  readonly told: Ballot
}

/** What a monitor remembers of one replica. */
export class MonitoredReplica {
  readonly node: NodeId
  /** The ballot that it has adopted, and the highest one whose adoption is durable: others may rely on that. */
  promised: Ballot = noBallot
  told: Ballot = noBallot
  /** By slot, the ballot of what it has accepted. */
  readonly accepted: Map<LogIndex, Ballot> = new Map()
  pending: PendingWrite[] = []
  applied: LogIndex = 0
  commit: LogIndex = 0

  constructor(node: NodeId) {
    this.node = node
  }

  /** The writes that are durable now. */
  confirm(sequence: number): PendingWrite[] {
    const count = this.pending.findIndex((write) => write.sequence > sequence)
    return this.pending.splice(0, count < 0 ? this.pending.length : count)
  }

  /** Was the slot accepted in a write that had not become durable? A crash may lose it. */
  isUnconfirmed(slot: LogIndex): boolean {
    return this.pending.some(({ entries }) => entries.some(({ index }) => index === slot))
  }

  forgetTo(index: LogIndex): void {
    for (const slot of this.accepted.keys()) if (slot <= index) this.accepted.delete(slot)
  }

  /** It starts again from what its disk holds. */
  reopen(promised: Ballot, ballots: ReadonlyMap<LogIndex, Ballot>, view: Observation): void {
    this.promised = promised
    this.accepted.clear()
    for (const [slot, ballot] of ballots) this.accepted.set(slot, ballot)
    this.pending = []
    this.applied = view.firstIndex - 1
    this.commit = view.commitIndex
  }
}
