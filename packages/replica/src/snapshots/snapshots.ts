import type { MessageCodec } from '@quorate/codec'
import type {
  Environment,
  Input,
  LogIndex,
  Membership,
  Message,
  NodeId,
  ReplicaCounters,
  SnapshotMeta,
  SnapshotOrder,
  SnapshotStore,
} from '@quorate/core'
import type { MachineHost } from '../machine-host.ts'
import { SnapshotBuilder } from './snapshot-builder.ts'
import { SnapshotReceiver } from './snapshot-receiver.ts'
import { SnapshotSender } from './snapshot-sender.ts'
import { decodeTransfer } from './transfer-frames.ts'

/** What {@link Snapshots} needs of its replica. */
export interface SnapshotsHost {
  send(peer: NodeId, frame: Uint8Array): void
  input(input: Input): void
  membership(): Membership
  /** How far the log is durable. */
  durableIndex(): LogIndex
  readonly snapshotEvery: number
  readonly counters: ReplicaCounters
  failed(error: Error): void
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
  private lastIndex: number
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
    this.builder = new SnapshotBuilder(store, environment, (meta) => this.onBuilt(meta), host.failed)
    this.sender = new SnapshotSender(store, environment, firstTransfer, {
      send: host.send,
      sent: (to, meta) => host.input({ type: 'snapshotSent', to, meta }),
      failed: (to, cause) => host.input({ type: 'snapshotFailed', to, cause }),
    })
    this.receiver = new SnapshotReceiver(store, {
      send: host.send,
      received: (from, bytes, meta) => this.onReceived(from, bytes, meta),
      storageFailed: host.failed,
    })
  }

  carryOut(order: SnapshotOrder<Message>): void {
    if (order.type === 'build') this.build()
    else if (order.type === 'install') this.install(order.meta)
    else this.sender.start(order.to, this.codec.encode([order.message], 0))
  }

  /** Builds a snapshot when enough has been applied since the last. */
  afterApply(): void {
    if (this.machine.appliedIndex - this.lastIndex >= this.host.snapshotEvery) this.build()
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

  onFrame(peer: NodeId, bytes: Uint8Array): void {
    const frame = decodeTransfer(bytes)
    if (frame.type === 'offer' || frame.type === 'piece') this.receiver.onFrame(peer, frame)
    else this.sender.onFrame(peer, frame)
  }

  peerDown(peer: NodeId): void {
    this.sender.peerDown(peer)
  }

  stop(): void {
    this.builder.stop()
    this.sender.stop()
    this.receiver.stop()
  }

  private build(): void {
    if (this.builder.isRunning || this.machine.appliedIndex === 0) return
    const { appliedIndex: index, appliedEpoch: epoch } = this.machine
    this.lastIndex = index
    this.builder.start({ index, epoch, membership: this.host.membership() }, this.machine.snapshot())
  }

  private onBuilt(meta: SnapshotMeta): void {
    this.host.counters.snapshotsBuilt += 1
    this.unpruned = meta
    this.afterDurable()
    this.host.input({ type: 'snapshotBuilt', meta })
  }

  private onReceived(from: NodeId, bytes: Uint8Array, meta: SnapshotMeta): void {
    const [message] = this.codec.decode(bytes)
    if (message !== undefined) this.host.input({ type: 'snapshotReceived', from, message, meta })
  }

  private install(meta: SnapshotMeta): void {
    this.machine.restore(meta, this.store.load(meta))
    this.lastIndex = meta.index
    this.host.counters.snapshotsInstalled += 1
  }
}
