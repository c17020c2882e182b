import {
  type Ballot,
  type Entry,
  isReplicationQuorum,
  type LogIndex,
  type NodeId,
  type QuorumSystem,
} from '@quorate/core'
import { isSame } from '../ballot.ts'

/** A value that a ballot proposes for a slot, and who has accepted it durably. PMMC's "pvalue". */
export interface MonitoredProposal {
  readonly ballot: Ballot
  readonly entry: Entry
  readonly quorums: QuorumSystem
  readonly holders: Set<NodeId>
}

interface Slot {
  readonly proposals: MonitoredProposal[]
  /** The first proposal that a quorum accepted. */
  chosen: MonitoredProposal | undefined
  delivered: Entry | undefined
}

/** Every proposal of a cluster, slot by slot, as one who sees all replicas knows it. */
export class ProposalTable {
  private readonly slots = new Map<LogIndex, Slot>()
  /** Slots up to here are not known any more. */
  forgotten: LogIndex = 0

  get size(): number {
    return this.slots.size
  }

  proposal(slot: LogIndex, ballot: Ballot): MonitoredProposal | undefined {
    return this.slots.get(slot)?.proposals.find((proposal) => isSame(proposal.ballot, ballot))
  }

  chosenIn(slot: LogIndex): MonitoredProposal | undefined {
    return this.slots.get(slot)?.chosen
  }

  propose(index: LogIndex, ballot: Ballot, entry: Entry, quorums: QuorumSystem): void {
    if (index > this.forgotten)
      this.slot(index).proposals.push({ ballot, entry, quorums, holders: new Set() })
  }

  /** `node` has durably accepted what that ballot proposed. */
  hold(index: LogIndex, ballot: Ballot, node: NodeId): void {
    const slot = this.slots.get(index)
    const proposal = slot?.proposals.find((known) => isSame(known.ballot, ballot))
    if (slot === undefined || proposal === undefined) return
    proposal.holders.add(node)
    if (
      slot.chosen === undefined &&
      isReplicationQuorum(proposal.quorums, (voter) => proposal.holders.has(voter))
    ) {
      slot.chosen = proposal
    }
  }

  /** Notes what is delivered in a slot; gives what was delivered there first. */
  deliver(index: LogIndex, entry: Entry): Entry {
    const slot = this.slot(index)
    slot.delivered ??= entry
    return slot.delivered
  }

  forgetTo(index: LogIndex): void {
    for (const slot of this.slots.keys()) if (slot <= index) this.slots.delete(slot)
    this.forgotten = Math.max(this.forgotten, index)
  }

  private slot(index: LogIndex): Slot {
    let slot = this.slots.get(index)
    if (slot === undefined) {
      slot = { proposals: [], chosen: undefined, delivered: undefined }
      this.slots.set(index, slot)
    }
    return slot
  }
}

/** For messages: what an entry is, in short. */
export function describeEntry({ index, epoch, kind, request }: Entry): Record<string, unknown> {
  return { index, epoch, kind, request }
}
