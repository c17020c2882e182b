import {
  type Entry,
  type EntryKind,
  type Epoch,
  type LogIndex,
  type NodeId,
  encodeEntry,
  finish,
  mixBytes,
} from '@quorate/core'
import type { Blame } from './violation.ts'

/** What is known of an index that somebody has applied. */
export interface DecidedEntry {
  readonly index: LogIndex
  readonly epoch: Epoch
  readonly kind: EntryKind
  /** Who waits for it, as `replica:sequence`; undefined if nobody does. */
  readonly request: string | undefined
  /** Of the entry's one binary form, which holds all of its value. */
  readonly hash: number
  /** Who applied it first, and in which epoch this replica was then: it was decided in that epoch or before. */
  readonly by: NodeId
  readonly byEpoch: Epoch
}

/** How a request is called in the books. */
export function requestKey(replica: NodeId, sequence: number): string {
  return `${replica}:${sequence}`
}

/**
 * The one log that all replicas must apply: what the first to apply an index found there. The specification of
 * consensus, as a list.
 */
export class DecidedLog {
  private readonly entries: DecidedEntry[] = []
  private readonly indexes = new Map<string, LogIndex>()
  private readonly blame: Blame

  constructor(blame: Blame) {
    this.blame = blame
  }

  /** The highest index that somebody has applied. */
  get lastIndex(): LogIndex {
    return this.entries.length
  }

  at(index: LogIndex): DecidedEntry | undefined {
    return this.entries[index - 1]
  }

  /** Where that request was decided. */
  indexOf(request: string): LogIndex | undefined {
    return this.indexes.get(request)
  }

  /** `node`, in `epoch`, applies `entry`. True if it is the first to apply this index. */
  applied(node: NodeId, epoch: Epoch, entry: Entry): boolean {
    const hash = finish(mixBytes(0, encodeEntry(entry)))
    const known = this.at(entry.index)
    if (known === undefined) {
      this.decide(node, epoch, entry, hash)
      return true
    }
    if (known.hash !== hash) {
      this.blame({
        invariant: 'agreement',
        message: `replica ${node} applies another entry at index ${entry.index} than replica ${known.by} did`,
        node,
        context: { index: entry.index, applied: describe(entry), decided: known },
      })
    }
    return false
  }

  /**
   * The highest index that was surely decided in an epoch before `epoch`: what its leader must have.
   */
  decidedBefore(epoch: Epoch): LogIndex {
    for (let i = this.entries.length - 1; i >= 0; i--) if (this.entries[i]!.byEpoch < epoch) return i + 1
    return 0
  }

  private decide(node: NodeId, epoch: Epoch, entry: Entry, hash: number): void {
    const { index, kind, request } = entry
    if (index !== this.entries.length + 1) {
      this.blame({
        invariant: 'apply-order',
        message: `replica ${node} applies index ${index}, but nobody has applied ${this.entries.length + 1}`,
        node,
        context: { index, decided: this.entries.length },
      })
      return
    }
    const key = request && requestKey(request.replica, request.sequence)
    this.entries.push({ index, epoch: entry.epoch, kind, request: key, hash, by: node, byEpoch: epoch })
    if (key === undefined) return
    const other = this.indexes.get(key)
    if (other === undefined) this.indexes.set(key, index)
    else {
      this.blame({
        invariant: 'integrity',
        message: `the request ${key} was decided at index ${other} and again at ${index}`,
        node,
        context: { request: key, indexes: [other, index] },
      })
    }
  }
}

function describe({ index, epoch, kind, request, time, data }: Entry): Record<string, unknown> {
  return { index, epoch, kind, request, time, bytes: data.length }
}
