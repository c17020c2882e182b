import {
  type Entry,
  type EntryKind,
  type Epoch,
  type LogIndex,
  type NodeId,
  type RequestId,
  encodeEntry,
  finish,
  mixBytes,
} from '@quorate/core'
import { RequestMap, describeRequest } from './request-map.ts'
import type { Blame } from './violation.ts'

/** What is known of an index that somebody has applied. */
export interface DecidedEntry {
  readonly index: LogIndex
  readonly epoch: Epoch
  readonly kind: EntryKind
  /** Who waits for it; undefined if nobody does. */
  readonly request: RequestId | undefined
  /** Of the entry's one binary form, which holds all of its value. */
  readonly hash: number
  /** Who applied it first, and in which epoch this replica was then: it was decided in that epoch or before. */
  readonly by: NodeId
  readonly byEpoch: Epoch
}

/** Indexes whose decided object is known. A power of two. */
const sameSize = 1024

/**
 * The one log that all replicas must apply: what the first to apply an index found there. The specification of
 * consensus, as a list.
 */
export class DecidedLog {
  private readonly entries: DecidedEntry[] = []
  private readonly indexes = new RequestMap<LogIndex>()
  /** The object that was last found to be what was decided, for the last indexes: who applies it again needs no look. */
  private readonly same: (Entry | undefined)[] = Array.from({ length: sameSize })
  private readonly blame: Blame
  /** What {@link decidedBefore} last answered, and how many entries there were then. */
  private before = { epoch: 0, count: 0, index: 0 }

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
  indexOf(request: RequestId): LogIndex | undefined {
    return this.indexes.get(request)
  }

  /** `node`, in `epoch`, applies `entry`. True if it is the first to apply this index. */
  applied(node: NodeId, epoch: Epoch, entry: Entry): boolean {
    if (entry.kind === 'blank') {
      this.appliedBlank(node, entry)
      return false
    }
    const place = entry.index & (sameSize - 1)
    if (this.same[place] === entry) return false
    const hash = finish(mixBytes(0, encodeEntry(entry)))
    const known = this.at(entry.index)
    if (known === undefined) {
      this.decide(node, epoch, entry, hash)
      this.same[place] = entry
      return true
    }
    if (known.hash === hash) this.same[place] = entry
    else {
      this.blame({
        invariant: 'agreement',
        message: `replica ${node} applies another entry at index ${entry.index} than replica ${known.by} did`,
        node,
        context: { index: entry.index, applied: describe(entry), decided: known },
      })
    }
    return false
  }

  /** A witness gets to a command's place after somebody who has the command. */
  private appliedBlank(node: NodeId, { index, epoch }: Entry): void {
    const known = this.at(index)
    if (known?.kind === 'command' && known.epoch === epoch) return
    this.blame({
      invariant: 'agreement',
      message: `witness ${node} passes a command of epoch ${epoch} at index ${index}, where ${known === undefined ? 'nobody has applied one' : `a ${known.kind} of epoch ${known.epoch} was decided`}`,
      node,
      context: { index, epoch, decided: known },
    })
  }

  /**
   * The highest index that was surely decided in an epoch before `epoch`: what its leader must have.
   */
  decidedBefore(epoch: Epoch): LogIndex {
    const { entries, before } = this
    // The same is asked again and again while an epoch lasts: only what was decided since is looked at.
    const isKnown = before.epoch === epoch
    const known = isKnown ? before.count : 0
    const index = isKnown ? before.index : 0
    let last = entries.length
    while (last > known && entries[last - 1]!.byEpoch >= epoch) last--
    this.before = { epoch, count: entries.length, index: last > known ? last : index }
    return this.before.index
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
    this.entries.push({ index, epoch: entry.epoch, kind, request, hash, by: node, byEpoch: epoch })
    if (request === undefined) return
    const other = this.indexes.get(request)
    if (other === undefined) this.indexes.set(request, index)
    else {
      const key = describeRequest(request)
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
