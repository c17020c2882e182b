import {
  type Environment,
  type NodeId,
  QuorateError,
  type SnapshotMeta,
  type SnapshotReader,
  type SnapshotStore,
  type TimerHandle,
  crc32,
} from '@quorate/core'
import { Pace } from './pace.ts'
import { type TransferFrame, encodeTransfer } from './transfer-frames.ts'

/** What becomes of a transfer: one of `sent` and `failed`, unless the link breaks or another takes its place. */
export interface SenderEvents {
  send(peer: NodeId, frame: Uint8Array): void
  sent(peer: NodeId, meta: SnapshotMeta): void
  failed(peer: NodeId, cause: string): void
  /** The stored snapshot is not what was written; told before `failed`. */
  damaged(meta: SnapshotMeta, error: Error): void
}

const pieceBytes = 256 * 1024
/** Pieces sent ahead of the receiver's answers: bounds what a transfer keeps in memory and in queues. */
const window = 4
/** Without an answer for this long, ask again (the links may lose frames). Milliseconds. */
const patience = 1000
/** Asked so often without an answer, give up. */
const attempts = 10
/** Asked so often while the receiver answers but holds no more than before, give up. Its disk may be slow. */
const standstills = 60

interface Transfer {
  readonly peer: NodeId
  readonly reader: SnapshotReader
  readonly offer: Uint8Array
  /** The receiver has this much. */
  confirmed: number
  /** Read and sent up to here. */
  sentTo: number
  /** A piece is being read, or waits for its turn to be. */
  reading: boolean
  /** Times asked since the last answer. */
  unanswered: number
  /** Times asked since the receiver last held more than before. */
  standing: number
  timer: TimerHandle | undefined
  /** While a piece waits because of the pace. */
  pause: TimerHandle | undefined
}

/** Sends snapshots, several peers at once, at most one to each; all of them together no faster than their pace. */
export class SnapshotSender {
  private readonly transfers = new Map<number, Transfer>()
  /** Transfers whose snapshot is being opened, by peer. */
  private readonly opening = new Map<NodeId, number>()
  private nextTransfer: number
  private readonly store: SnapshotStore
  private readonly environment: Environment
  private readonly events: SenderEvents
  private readonly pace: Pace

  constructor(
    store: SnapshotStore,
    environment: Environment,
    firstTransfer: number,
    bytesPerSecond: number,
    events: SenderEvents,
  ) {
    this.store = store
    this.environment = environment
    this.nextTransfer = firstTransfer
    this.events = events
    this.pace = new Pace(bytesPerSecond)
  }

  /** Begins to send the newest snapshot to `peer`, in place of one that is under way to it. */
  start(peer: NodeId, message: Uint8Array): void {
    for (const [id, transfer] of this.transfers) if (transfer.peer === peer) this.end(id)
    const meta = this.store.list.at(-1)
    if (meta === undefined) return this.events.failed(peer, 'there is no snapshot yet')
    const id = this.nextTransfer++
    this.opening.set(peer, id)
    this.store.open(meta, (reader, error) => {
      if (this.opening.get(peer) !== id) return reader?.close()
      this.opening.delete(peer)
      if (isCorrupt(error)) this.events.damaged(meta, error)
      if (reader === undefined)
        return this.events.failed(peer, error?.message ?? 'the snapshot cannot be read')
      const offer = encodeTransfer({ type: 'offer', transfer: id, meta, size: reader.size, message })
      const state = { confirmed: 0, sentTo: 0, reading: false, unanswered: 0, standing: 0 }
      this.transfers.set(id, { peer, reader, offer, ...state, timer: undefined, pause: undefined })
      this.ask(id)
    })
  }

  onFrame(peer: NodeId, frame: TransferFrame): void {
    const transfer = this.transfers.get(frame.transfer)
    if (transfer === undefined || transfer.peer !== peer) return
    if (frame.type === 'refuse') return this.fail(frame.transfer, 'the receiver refused it')
    if (frame.type !== 'progress') return
    if (frame.complete) return this.complete(frame.transfer, transfer)
    if (frame.offset > transfer.reader.size)
      return this.fail(frame.transfer, 'the receiver holds more than there is')
    transfer.unanswered = 0
    if (frame.offset > transfer.confirmed) transfer.standing = 0
    transfer.confirmed = frame.offset
    transfer.sentTo = Math.max(transfer.sentTo, frame.offset)
    this.watch(frame.transfer, transfer)
    this.pump(frame.transfer, transfer)
  }

  /**
   * The link to `peer` broke, which ends a transfer without another word. The engine starts a new one if it still
   * wants one; it goes on where this one ended.
   */
  peerDown(peer: NodeId): void {
    this.opening.delete(peer)
    for (const [id, transfer] of this.transfers) if (transfer.peer === peer) this.end(id)
  }

  stop(): void {
    this.opening.clear()
    for (const id of this.transfers.keys()) this.end(id)
  }

  private pump(id: number, transfer: Transfer): void {
    const count = sizeOfNext(transfer)
    if (transfer.reading || count === 0) return
    transfer.reading = true
    const wait = this.pace.reserve(count, this.environment.now().monotonic)
    if (wait === 0) return this.read(id, transfer, count)
    // What has not been sent cannot be answered.
    transfer.timer?.cancel()
    transfer.pause = this.environment.setTimer(wait, () => {
      transfer.pause = undefined
      this.read(id, transfer, count)
      this.watch(id, transfer)
    })
  }

  /** Sends the next piece, of at most so many bytes. The receiver may have told of more while it had to wait. */
  private read(id: number, transfer: Transfer, most: number): void {
    const offset = transfer.sentTo
    const count = Math.min(most, sizeOfNext(transfer))
    if (count === 0) {
      transfer.reading = false
      return
    }
    transfer.reader.read(offset, count, (bytes, error) => {
      if (this.transfers.get(id) !== transfer) return
      if (isCorrupt(error)) this.events.damaged(transfer.reader.meta, error)
      if (error !== undefined || bytes.length === 0)
        return this.fail(id, error?.message ?? 'the snapshot ends early')
      transfer.reading = false
      if (transfer.sentTo === offset) {
        transfer.sentTo = offset + bytes.length
        const piece = { type: 'piece', transfer: id, offset, checksum: crc32(bytes), bytes } as const
        this.events.send(transfer.peer, encodeTransfer(piece))
      }
      this.pump(id, transfer)
    })
  }

  /** Offers it (again): the receiver answers with how much it holds. */
  private ask(id: number): void {
    const transfer = this.transfers.get(id)
    if (transfer === undefined) return
    if (transfer.unanswered === attempts) return this.fail(id, 'the receiver does not answer')
    if (transfer.standing === standstills) return this.fail(id, 'the receiver gets no further')
    transfer.unanswered += 1
    transfer.standing += 1
    transfer.sentTo = transfer.confirmed
    this.events.send(transfer.peer, transfer.offer)
    this.watch(id, transfer)
  }

  private watch(id: number, transfer: Transfer): void {
    transfer.timer?.cancel()
    if (transfer.pause !== undefined || this.transfers.get(id) !== transfer) return
    transfer.timer = this.environment.setTimer(patience, () => this.ask(id))
  }

  private complete(id: number, transfer: Transfer): void {
    this.end(id)
    this.events.sent(transfer.peer, transfer.reader.meta)
  }

  private fail(id: number, cause: string): void {
    const transfer = this.transfers.get(id)
    if (transfer === undefined) return
    this.end(id)
    this.events.failed(transfer.peer, cause)
  }

  private end(id: number): void {
    const transfer = this.transfers.get(id)
    transfer?.timer?.cancel()
    transfer?.pause?.cancel()
    transfer?.reader.close()
    this.transfers.delete(id)
  }
}

/** Bytes of the piece that may be sent next; 0 if the window is full or all has been sent. */
function sizeOfNext({ reader, confirmed, sentTo }: Transfer): number {
  const limit = Math.min(reader.size, confirmed + window * pieceBytes)
  return Math.max(0, Math.min(pieceBytes, limit - sentTo))
}

function isCorrupt(error: Error | undefined): error is QuorateError {
  return error instanceof QuorateError && error.code === 'CORRUPT_LOG'
}
