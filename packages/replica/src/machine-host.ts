import {
  type AnyMachineDefinition,
  type ApplyContext,
  type Entry,
  type Epoch,
  type LogIndex,
  type Membership,
  type RequestId,
  type SnapshotMeta,
  type SnapshotSource,
  type StateMachine,
  membershipAfter,
} from '@quorate/core'

type AnyMachine = StateMachine<unknown, unknown, unknown, unknown, unknown>

/** Receives changes and where in the log they were made. */
export type ChangeListener = (change: unknown, index: LogIndex) => void

/** The context that is handed to every `apply`. */
class Context implements ApplyContext {
  index: LogIndex = 0
  epoch: Epoch = 0
  time = 0
  request: RequestId | undefined
}

/** A machine and how far it is: the only one who applies entries to it. */
export class MachineHost {
  readonly machine: AnyMachine
  private readonly definition: AnyMachineDefinition
  private readonly context = new Context()
  private readonly sink: { push(change: unknown): void; isUnheard: boolean }
  private readonly listeners = new Set<ChangeListener>()
  private index: LogIndex = 0
  private bytes = 0
  private epoch: Epoch = 0
  private members: Membership

  /** `membership` is in force before the first entry. */
  constructor(definition: AnyMachineDefinition, membership: Membership) {
    this.definition = definition
    this.members = membership
    this.machine = definition.create()
    this.sink = { push: (change) => this.tell(change), isUnheard: true }
  }

  /** Bytes of the commands applied since the start. */
  get appliedBytes(): number {
    return this.bytes
  }

  get appliedIndex(): LogIndex {
    return this.index
  }

  /** The epoch of the last entry applied. */
  get appliedEpoch(): Epoch {
    return this.epoch
  }

  /** The membership in force at the last entry applied. An engine's may be one that is not committed yet. */
  get membership(): Membership {
    return this.members
  }

  /** Applies a committed entry; gives a command's result. */
  apply(entry: Entry): unknown {
    this.index = entry.index
    this.epoch = entry.epoch
    if (entry.kind === 'membership') this.members = membershipAfter(this.members, entry)
    if (entry.kind !== 'command') return undefined
    const { context } = this
    this.bytes += entry.data.length
    context.index = entry.index
    context.epoch = entry.epoch
    context.time = entry.time
    context.request = entry.request
    const command: unknown = this.definition.codecs.command.decode(entry.data)
    return this.machine.apply(command, context, this.sink)
  }

  restore(meta: SnapshotMeta, chunks: Iterable<Uint8Array>): void {
    this.machine.restore(chunks)
    this.index = meta.index
    this.epoch = meta.epoch
    this.members = meta.membership
  }

  query(query: unknown): unknown {
    return this.machine.query(query)
  }

  snapshot(): SnapshotSource {
    return this.machine.snapshot()
  }

  listen(listener: ChangeListener): () => void {
    this.listeners.add(listener)
    this.sink.isUnheard = false
    return () => {
      this.listeners.delete(listener)
      this.sink.isUnheard = this.listeners.size === 0
    }
  }

  private tell(change: unknown): void {
    for (const listener of this.listeners) listener(change, this.index)
  }
}
