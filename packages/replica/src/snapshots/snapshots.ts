import type { MessageCodec } from '@quorate/codec'
import {
  type Environment,
  type Input,
  type LogIndex,
  type Message,
  type NodeId,
  QuorateError,
  type ReplicaCounters,
  type SnapshotMeta,
  type SnapshotOrder,
  type SnapshotStore,
} from '@quorate/core'
import type { MachineHost } from '../machine-host.ts'
import { SnapshotBuilder } from './snapshot-builder.ts'
import { SnapshotReceiver } from './snapshot-receiver.ts'
import { SnapshotSender } from './snapshot-sender.ts'
import { decodeTransfer } from './transfer-frames.ts'

/** What {@link Snapshots} needs of its replica. */
export interface SnapshotsHost {
  readonly send: (peer: NodeId, frame: Uint8Array) => void
  readonly input: (input: Input) => void
  /** How far the log is durable. */
  readonly durableIndex: () => LogIndex
  readonly snapshotEvery: number
  readonly snapshotBytesPerSecond: number
  readonly counters: ReplicaCounters
  readonly failed: (error: Error) => void
}

/** All that a replica does with snapshots: builds, sends, receives and installs them. */
export class Snapshots {
  private readonly builder: SnapshotBuilder
  private readonly sender: SnapshotSender
  private readonly receiver: SnapshotReceiver
  private readonly store: SnapshotStore
  private readonly machine: MachineHost
  private readonly codec: MessageCodec<Message>
  private readonly host: SnapshotsHost
  private readonly environment: Environment
  /** Where the last snapshot that was begun or installed stands. */
  private lastIndex: LogIndex
  /** Bytes of commands that had been applied there, and bytes of the last snapshot built. */
  private lastBytes = 0
  private lastSize = 0
  /** By how much the next one is put off: from 1 to 2. */
  private stretch: number
  /** Another one was asked for while one is being built. */
  private isWanted = false
  /** A new snapshot whose predecessors are still kept. */
  private unpruned: SnapshotMeta | undefined

  constructor(
    store: SnapshotStore,
    environment: Environment,
    machine: MachineHost,
    codec: MessageCodec<Message>,
    firstTransfer: number,
    host: SnapshotsHost,
  ) {
    this.store = store
    this.machine = machine
    this.codec = codec
    this.host = host
    this.lastIndex = machine.appliedIndex
    this.environment = environment
    this.stretch = 1 + environment.random()
    this.builder = new SnapshotBuilder(
      store,
      environment,
      (meta, size) => this.onBuilt(meta, size),
      host.failed,
    )
    this.sender = new SnapshotSender(store, environment, firstTransfer, host.snapshotBytesPerSecond, {
      send: host.send,
      sent: (to, meta) => host.input({ type: 'snapshotSent', to, meta }),
      failed: (to, cause) => host.input({ type: 'snapshotFailed', to, cause }),
      damaged: (meta, error) => this.replace(meta, error),
    })
    this.receiver = new SnapshotReceiver(store, {
      send: host.send,
      received: (from, bytes, meta) =>
        host.input({ type: 'snapshotReceived', from, message: this.messageIn(bytes), meta }),
      storageFailed: host.failed,
    })
  }

  carryOut(order: SnapshotOrder<Message>): void {
    if (order.type === 'build') this.build()
    else if (order.type === 'install') this.install(order.meta)
    else this.sender.start(order.to, this.codec.encode([order.message], 0))
  }

  /**
   * Builds a snapshot when enough has been applied since the last: so many entries, and no fewer bytes of commands than
   * the last snapshot had, so that snapshots write no more than the log does, however large the state is. Both are
   * stretched by a factor drawn anew each time: replicas apply the same entries, and would all stop to build at once.
   */
  afterApply(): void {
    const { appliedIndex, appliedBytes } = this.machine
    if (appliedIndex - this.lastIndex < this.host.snapshotEvery * this.stretch) return
    if (appliedBytes - this.lastBytes >= this.lastSize * this.stretch) this.build()
  }

  /**
   * Forgets older snapshots once the log is durable as far as the newest. A follower may apply, and build from, what
   * others have made durable and it has not: after a crash its log would not reach the new snapshot.
   */
  afterDurable(): void {
    const { unpruned } = this
    if (unpruned === undefined || this.host.durableIndex() < unpruned.index) return
    this.unpruned = undefined
    this.store.prune(unpruned)
  }

  /** Throws a `QuorateError` with code `DECODE` or `NEWER_VERSION` for bad bytes. */
  onFrame(peer: NodeId, bytes: Uint8Array): void {
    const frame = decodeTransfer(bytes)
    // Looked into now: when the snapshot is whole, it is late to find that it came with nothing.
    if (frame.type === 'offer') this.messageIn(frame.message)
    if (frame.type === 'offer' || frame.type === 'piece') this.receiver.onFrame(peer, frame)
    else this.sender.onFrame(peer, frame)
  }

  /** The engine is told of it as well, and takes it for the end of a transfer. */
  peerDown(peer: NodeId): void {
    this.sender.peerDown(peer)
  }

  stop(): void {
    this.builder.stop()
    this.sender.stop()
    this.receiver.stop()
  }

  private build(): void {
    const { appliedIndex: index, appliedEpoch: epoch, membership } = this.machine
    if (index === 0) return
    if (this.builder.isRunning) {
      this.isWanted = true
      return
    }
    this.isWanted = false
    this.lastIndex = index
    this.lastBytes = this.machine.appliedBytes
    this.stretch = 1 + this.environment.random()
    const stored = this.store.list.findLast((meta) => meta.index === index && meta.epoch === epoch)
    // Never written anew: a transfer that goes on after a break relies on equal bytes.
    if (stored !== undefined) return this.host.input({ type: 'snapshotBuilt', meta: stored })
    this.builder.start({ index, epoch, membership }, this.machine)
  }

  /**
   * The newest snapshot is damaged on the disk: whoever needs it would be offered it for ever, and a restart would be
   * refused. A newer one takes its place, if the machine has gone on; else the replica stops while others are whole.
   */
  private replace(damaged: SnapshotMeta, error: Error): void {
    if (this.machine.appliedIndex > damaged.index) this.build()
    else this.host.failed(error)
  }

  private onBuilt(meta: SnapshotMeta, size: number): void {
    this.lastSize = size
    this.host.counters.snapshotsBuilt += 1
    this.unpruned = meta
    this.afterDurable()
    this.host.input({ type: 'snapshotBuilt', meta })
    // What was asked for meanwhile is satisfied by this one, unless the machine has gone on since it was begun.
    if (this.isWanted && this.machine.appliedIndex > meta.index) this.build()
    this.isWanted = false
  }

  /** The one message of the engine that goes with a snapshot. */
  private messageIn(bytes: Uint8Array): Message {
    const [message, ...others] = this.codec.decode(bytes)
    if (message === undefined || others.length > 0) {
      throw new QuorateError('DECODE', 'a snapshot goes with one message')
    }
    return message
  }

  private install(meta: SnapshotMeta): void {
    this.machine.restore(meta, this.store.load(meta))
    this.lastIndex = meta.index
    this.lastBytes = this.machine.appliedBytes
    this.host.counters.snapshotsInstalled += 1
  }
}
