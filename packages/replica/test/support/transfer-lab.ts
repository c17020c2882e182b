import { type NodeId, type SnapshotMeta, majorityOf } from '@quorate/core'
import { SnapshotReceiver } from '../../src/snapshots/snapshot-receiver.ts'
import { SnapshotSender } from '../../src/snapshots/snapshot-sender.ts'
import { type TransferFrame, decodeTransfer } from '../../src/snapshots/transfer-frames.ts'
import { ManualEnvironment } from './manual-environment.ts'
import { ScriptedSnapshotStore } from './scripted-snapshot-store.ts'

/** The pieces that a sender cuts. */
export const pieceBytes = 256 * 1024

export function metaOf(index: number, epoch = 1): SnapshotMeta {
  return { index, epoch, membership: majorityOf([1, 2, 3]) }
}

/** Bytes of which no two pieces are alike. */
export function content(size: number, seed = 1): Uint8Array {
  const bytes = new Uint8Array(size)
  for (let i = 0, value = seed; i < size; i++) {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0
    bytes[i] = value >>> 24
  }
  return bytes
}

/** A frame under way. */
export interface Flight {
  readonly to: 'sender' | 'receiver'
  readonly bytes: Uint8Array
}

/** A sender (replica 1) and a receiver (replica 2), and everything between them under the test's control. */
export class TransferLab {
  readonly environment = new ManualEnvironment()
  readonly source = new ScriptedSnapshotStore()
  readonly target = new ScriptedSnapshotStore()
  /** What became of transfers at the sender. */
  readonly ends: string[] = []
  /** What the receiver was given: message, index and epoch. */
  readonly received: string[] = []
  readonly storageErrors: string[] = []
  inFlight: Flight[] = []
  /** Every frame that was sent, decoded. */
  readonly sent: TransferFrame[] = []
  sender: SnapshotSender
  receiver: SnapshotReceiver
  private lives = 0

  private readonly bytesPerSecond: number

  /** All transfers together send no more a second. */
  constructor(bytesPerSecond: number = Infinity) {
    this.bytesPerSecond = bytesPerSecond
    this.sender = this.createSender()
    this.receiver = this.createReceiver()
  }

  /** The sender's engine orders a transfer. */
  start(message: string, peer: NodeId = 2): void {
    this.sender.start(peer, new TextEncoder().encode(message))
  }

  /** The receiver's process starts anew: what it holds in memory is gone. */
  restartReceiver(): void {
    this.receiver.stop()
    this.target.waiting.length = 0
    this.receiver = this.createReceiver()
  }

  restartSender(): void {
    this.sender.stop()
    this.source.waiting.length = 0
    this.sender = this.createSender()
  }

  /** The link breaks: what is under way is lost. */
  breakLink(): void {
    this.inFlight = []
    this.sender.peerDown(2)
  }

  /** The frame at that place of those under way arrives. */
  deliver(place = 0): void {
    const [flight] = this.inFlight.splice(place, 1)
    if (flight !== undefined) this.arrive(flight)
  }

  /** A frame arrives; it stays under way if it was. */
  arrive({ to, bytes }: Flight): void {
    const frame = decodeTransfer(bytes)
    if (to === 'sender') this.sender.onFrame(2, frame)
    else this.receiver.onFrame(1, frame)
  }

  /** Delivers everything in order and lets disks work, until nothing is left. */
  settle(): void {
    for (let steps = 0; ; steps++) {
      if (steps > 10_000) throw new Error('it does not settle')
      if (this.inFlight.length > 0) this.deliver()
      else if (this.source.waiting.length > 0) this.source.complete()
      else if (this.target.waiting.length > 0) this.target.complete()
      else return
    }
  }

  /** Does the sender have a transfer under way? Then it holds a reader, or waits for one. */
  get isSending(): boolean {
    return this.source.readersOpen > 0 || this.source.waiting.length > 0
  }

  /** The frames of one type that were sent so far. */
  of<T extends TransferFrame['type']>(type: T): Extract<TransferFrame, { type: T }>[] {
    return this.sent.filter((frame): frame is Extract<TransferFrame, { type: T }> => frame.type === type)
  }

  private createSender(): SnapshotSender {
    this.lives += 1
    return new SnapshotSender(this.source, this.environment, this.lives * 1000, this.bytesPerSecond, {
      send: (_, frame) => this.carry('receiver', frame),
      sent: (peer, { index }) => this.ends.push(`sent ${index} to ${peer}`),
      failed: (_, cause) => this.ends.push(cause),
      damaged: () => {},
    })
  }

  private createReceiver(): SnapshotReceiver {
    return new SnapshotReceiver(this.target, {
      send: (_, frame) => this.carry('sender', frame),
      received: (_, message, { index, epoch }) =>
        this.received.push(`${new TextDecoder().decode(message)} ${index}.${epoch}`),
      storageFailed: ({ message }) => this.storageErrors.push(message),
    })
  }

  private carry(to: Flight['to'], bytes: Uint8Array): void {
    this.sent.push(decodeTransfer(bytes))
    this.inFlight.push({ to, bytes })
  }
}
