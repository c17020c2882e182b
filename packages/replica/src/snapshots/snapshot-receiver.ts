import { type NodeId, type SnapshotMeta, type SnapshotStore, type SnapshotWriter, crc32 } from '@quorate/core'
import { type TransferFrame, encodeTransfer } from './transfer-frames.ts'

/** What becomes of an incoming snapshot. */
export interface ReceiverEvents {
  send(peer: NodeId, frame: Uint8Array): void
  /** It is whole and durable. `message` is what the sender's engine sent with it. */
  received(peer: NodeId, message: Uint8Array, meta: SnapshotMeta): void
  storageFailed(error: Error): void
}

interface Incoming {
  readonly peer: NodeId
  transfer: number
  readonly meta: SnapshotMeta
  readonly size: number
  message: Uint8Array
  readonly writer: SnapshotWriter
  /** Pieces that arrived in order while an earlier one was being written. The sender's window bounds them. */
  readonly waiting: Uint8Array[]
  /** How far `waiting` reaches. */
  expected: number
  busy: boolean
}

/** Receives one snapshot at a time. The same snapshot offered again by the same peer goes on where it stopped. */
export class SnapshotReceiver {
  private incoming: Incoming | undefined
  /** The last transfer that was completed: its sender may not have heard of it. */
  private completed: { peer: NodeId; transfer: number; offset: number } | undefined
  private readonly store: SnapshotStore
  private readonly events: ReceiverEvents

  constructor(store: SnapshotStore, events: ReceiverEvents) {
    this.store = store
    this.events = events
  }

  onFrame(peer: NodeId, frame: TransferFrame): void {
    if (frame.type === 'offer') this.onOffer(peer, frame)
    else if (frame.type === 'piece') this.onPiece(peer, frame)
  }

  stop(): void {
    this.incoming?.writer.abort()
    this.incoming = undefined
  }

  private onOffer(peer: NodeId, offer: TransferFrame & { type: 'offer' }): void {
    const { completed, incoming: current } = this
    if (completed?.peer === peer && completed.transfer === offer.transfer) {
      return this.report(peer, offer.transfer, completed.offset, true)
    }
    if (current !== undefined && current.peer === peer && isSame(current, offer)) {
      current.transfer = offer.transfer
      current.message = offer.message.slice()
      return this.report(peer, offer.transfer, current.expected, false)
    }
    if (current?.busy === true) return // its piece is being written; the sender asks again
    current?.writer.abort()
    this.incoming = {
      peer,
      transfer: offer.transfer,
      meta: offer.meta,
      size: offer.size,
      message: offer.message.slice(),
      writer: this.store.create(offer.meta),
      waiting: [],
      expected: 0,
      busy: false,
    }
    if (offer.size === 0) this.commit(this.incoming)
    else this.report(peer, offer.transfer, 0, false)
  }

  private onPiece(peer: NodeId, piece: TransferFrame & { type: 'piece' }): void {
    const current = this.incoming
    if (current === undefined || current.peer !== peer || current.transfer !== piece.transfer) {
      if (this.completed?.transfer === piece.transfer) return
      this.events.send(peer, encodeTransfer({ type: 'refuse', transfer: piece.transfer }))
      return
    }
    // What does not fit was lost, repeated or damaged under way: the sender asks again, and learns what is here.
    if (piece.offset !== current.expected || piece.offset + piece.bytes.length > current.size) return
    if (crc32(piece.bytes) !== piece.checksum) return
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
      if (current.writer.offset === current.size) return this.commit(current)
      this.report(current.peer, current.transfer, current.writer.offset, false)
      this.writeNext(current)
    })
  }

  private commit(current: Incoming): void {
    current.busy = true
    current.writer.commit((error) => {
      if (this.incoming !== current) return
      this.incoming = undefined
      if (error !== undefined) return this.events.storageFailed(error)
      this.completed = { peer: current.peer, transfer: current.transfer, offset: current.size }
      this.report(current.peer, current.transfer, current.size, true)
      this.events.received(current.peer, current.message, current.meta)
    })
  }

  private report(peer: NodeId, transfer: number, offset: number, complete: boolean): void {
    this.events.send(peer, encodeTransfer({ type: 'progress', transfer, offset, complete }))
  }
}

function isSame(current: Incoming, offer: TransferFrame & { type: 'offer' }): boolean {
  const { meta, size } = offer
  return current.meta.index === meta.index && current.meta.epoch === meta.epoch && current.size === size
}
