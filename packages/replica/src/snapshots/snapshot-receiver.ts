import { type NodeId, type SnapshotMeta, type SnapshotStore, type SnapshotWriter, crc32 } from '@quorate/core'
import { type TransferFrame, encodeTransfer } from './transfer-frames.ts'

/** What becomes of an incoming snapshot. */
export interface ReceiverEvents {
  send(peer: NodeId, frame: Uint8Array): void
  /** It is whole and durable. `message` is what the sender's engine sent with it. */
  received(peer: NodeId, message: Uint8Array, meta: SnapshotMeta): void
  storageFailed(error: Error): void
}

type Offer = Extract<TransferFrame, { type: 'offer' }>
type Piece = Extract<TransferFrame, { type: 'piece' }>

/** Pieces held while an earlier one is being written. A sender's window is smaller. */
const maxWaiting = 16

interface Incoming {
  readonly peer: NodeId
  /** The last that was heard of it: a sender that begins anew offers the same snapshot with a new number and message. */
  offer: Offer
  readonly writer: SnapshotWriter
  /** Pieces that arrived in order while an earlier one was being written. */
  readonly waiting: Uint8Array[]
  /** How far `waiting` reaches. */
  expected: number
  busy: boolean
}

/** Receives one snapshot at a time. The same snapshot offered again by the same peer goes on where it stopped. */
export class SnapshotReceiver {
  private incoming: Incoming | undefined
  /** The last one that became whole: its sender may not have heard of it. */
  private completed: { readonly peer: NodeId; readonly offer: Offer } | undefined
  /** An offer that replaces the one under way, as soon as that is not in the middle of a write. */
  private next: { readonly peer: NodeId; readonly offer: Offer } | undefined
  private readonly store: SnapshotStore
  private readonly events: ReceiverEvents

  constructor(store: SnapshotStore, events: ReceiverEvents) {
    this.store = store
    this.events = events
  }

  onFrame(peer: NodeId, frame: TransferFrame): void {
    if (frame.type === 'offer') this.onOffer(peer, { ...frame, message: frame.message.slice() })
    else if (frame.type === 'piece') this.onPiece(peer, frame)
  }

  stop(): void {
    this.incoming?.writer.abort()
    this.incoming = undefined
    this.next = undefined
  }

  private onOffer(peer: NodeId, offer: Offer): void {
    const { incoming: current } = this
    if (this.isComplete(peer, offer)) return this.onCompletedOffer(peer, offer)
    if (current?.peer === peer && isSame(current.offer, offer)) {
      current.offer = offer
      return this.report(peer, offer.transfer, current.expected, false)
    }
    if (current?.busy === true) {
      this.next = { peer, offer }
      return
    }
    if (current !== undefined) this.giveUp(current)
    this.begin(peer, offer)
  }

  private isComplete(peer: NodeId, offer: Offer): boolean {
    const { completed } = this
    if (completed?.peer !== peer || !isSame(completed.offer, offer)) return false
    const { index, epoch } = offer.meta
    // It may have been replaced by a newer one of this replica's own.
    const isStored = this.store.list.some((meta) => meta.index === index && meta.epoch === epoch)
    return isStored || completed.offer.transfer === offer.transfer
  }

  /** Its sender has not heard that it is here. If it has begun anew, its engine has a new message to go with it. */
  private onCompletedOffer(peer: NodeId, offer: Offer): void {
    const isNew = this.completed?.offer.transfer !== offer.transfer
    this.completed = { peer, offer }
    this.report(peer, offer.transfer, offer.size, true)
    if (isNew) this.events.received(peer, offer.message, offer.meta)
  }

  private begin(peer: NodeId, offer: Offer): void {
    const writer = this.store.create(offer.meta)
    const incoming: Incoming = { peer, offer, writer, waiting: [], expected: 0, busy: false }
    this.incoming = incoming
    if (offer.size === 0) this.commit(incoming)
    else this.report(peer, offer.transfer, 0, false)
  }

  private giveUp(current: Incoming): void {
    this.incoming = undefined
    current.writer.abort()
    this.refuse(current.peer, current.offer.transfer)
  }

  private onPiece(peer: NodeId, piece: Piece): void {
    const { completed, incoming: current } = this
    if (current === undefined || current.peer !== peer || current.offer.transfer !== piece.transfer) {
      const isLate = completed?.peer === peer && completed.offer.transfer === piece.transfer
      return isLate ? undefined : this.refuse(peer, piece.transfer)
    }
    // What does not fit was lost, repeated or damaged under way: the sender asks again, and learns what is here.
    if (piece.offset !== current.expected || piece.offset + piece.bytes.length > current.offer.size) return
    if (current.waiting.length === maxWaiting || crc32(piece.bytes) !== piece.checksum) return
    current.waiting.push(piece.bytes)
    current.expected += piece.bytes.length
    if (!current.busy) this.writeNext(current)
  }

  private writeNext(current: Incoming): void {
    const piece = current.waiting.shift()
    if (piece === undefined) return
    current.busy = true
    current.writer.write(piece, (error) => {
      current.busy = false
      if (this.incoming !== current) return
      if (error !== undefined) return this.events.storageFailed(error)
      if (current.writer.offset === current.offer.size) return this.commit(current)
      if (this.next !== undefined) return this.takeNext()
      this.report(current.peer, current.offer.transfer, current.writer.offset, false)
      this.writeNext(current)
    })
  }

  private commit(current: Incoming): void {
    current.busy = true
    current.writer.commit((error) => {
      if (this.incoming !== current) return
      this.incoming = undefined
      if (error !== undefined) return this.events.storageFailed(error)
      const { peer, offer } = current
      this.completed = { peer, offer }
      this.report(peer, offer.transfer, offer.size, true)
      this.events.received(peer, offer.message, offer.meta)
      this.takeNext()
    })
  }

  private takeNext(): void {
    const { next } = this
    this.next = undefined
    if (next !== undefined) this.onOffer(next.peer, next.offer)
  }

  private report(peer: NodeId, transfer: number, offset: number, complete: boolean): void {
    this.events.send(peer, encodeTransfer({ type: 'progress', transfer, offset, complete }))
  }

  private refuse(peer: NodeId, transfer: number): void {
    this.events.send(peer, encodeTransfer({ type: 'refuse', transfer }))
  }
}

function isSame(a: Offer, b: Offer): boolean {
  return a.meta.index === b.meta.index && a.meta.epoch === b.meta.epoch && a.size === b.size
}
