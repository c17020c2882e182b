import {
  type AnyEngineDefinition,
  type Engine,
  type EngineInit,
  type Input,
  type LogIndex,
  type Membership,
  type Message,
  type NodeId,
  type Observation,
  type Output,
  type Persist,
  type Reply,
  type SnapshotMeta,
  type Entry,
  usableSnapshot,
} from '@quorate/core'
import { writeTo } from './disk.ts'
import type { Local, Write } from './local.ts'

/**
 * The same instant for every step. Time only stamps entries and bounds leases, so with a clock that stands still equal
 * situations are equal states; leases are not explored. It is that of an `EngineCluster` at its start.
 */
const instant = { wall: 1_000_000, monotonic: 0 }

/** A message as it leaves a replica. */
export interface Sent {
  readonly to: NodeId
  readonly message: Message
  readonly snapshot: SnapshotMeta | undefined
}

/** One replica at work: does with an engine's output what `EngineNode` of `sim` does, and notes what it sends. */
export class NodeWork {
  /** How the engine looked before. */
  readonly seen: Observation | undefined
  readonly sent: Sent[] = []
  readonly resets: NodeId[] = []
  readonly applied: Entry[] = []
  readonly replies: Reply[] = []
  private readonly definition: AnyEngineDefinition
  private readonly membership: Membership
  private readonly before: Local
  private engine: Engine<Message> | undefined
  private disk: Local['disk']
  private incarnation: number
  private readonly writing: { persist: Persist; held: { to: NodeId; message: Message }[] }[]
  private readonly timers: Set<string>
  appliedIndex: number
  private appliedEpoch: number
  private snapshots: SnapshotMeta[]

  constructor(definition: AnyEngineDefinition, membership: Membership, local: Local) {
    this.definition = definition
    this.membership = membership
    this.before = local
    this.disk = local.disk
    this.incarnation = local.incarnation
    this.writing = local.writing.map(({ persist, held }) => ({ persist, held: [...held] }))
    this.timers = new Set(local.timers)
    this.appliedIndex = local.appliedIndex
    this.appliedEpoch = local.appliedEpoch
    this.snapshots = [...local.snapshots]
    if (local.running) this.engine = definition.revive(this.init(undefined), local.state) as Engine<Message>
    this.seen = this.engine?.observe()
  }

  start(): void {
    this.incarnation += 1
    const image = { ...this.disk, incarnation: this.incarnation }
    const installed = usableSnapshot(image, this.snapshots, this.definition.acceptance)
    this.snapshots = installed === undefined ? [] : [installed]
    this.appliedIndex = installed?.index ?? 0
    this.appliedEpoch = installed?.epoch ?? 0
    this.engine = this.definition.create(this.init(installed)) as Engine<Message>
    this.carryOut(this.engine.take())
  }

  /** The `keep` oldest writes under way had reached the disk. */
  crash(keep: number): void {
    for (const { persist } of this.writing.slice(0, keep)) this.disk = writeTo(this.disk, persist.operations)
    this.engine = undefined
    this.writing.length = 0
    this.timers.clear()
  }

  step(input: Input): void {
    if (this.engine === undefined) return
    this.engine.step(input, instant)
    this.carryOut(this.engine.take())
  }

  fire(timer: string): void {
    this.timers.delete(timer)
    this.step({ type: 'timeout', timer })
  }

  completeWrite(): void {
    const write = this.writing.shift()
    if (write === undefined || this.engine === undefined) return
    this.disk = writeTo(this.disk, write.persist.operations)
    for (const { to, message } of write.held) this.send(to, message)
    this.step({ type: 'persisted', token: write.persist.token })
  }

  receiveSnapshot(from: NodeId, message: Message, meta: SnapshotMeta): void {
    if ((this.snapshots.at(-1)?.index ?? 0) < meta.index) this.store(meta)
    this.step({ type: 'snapshotReceived', from, message, meta })
  }

  /** False if a snapshot would be no newer than the one there is. */
  buildSnapshot(): boolean {
    if (this.engine === undefined || this.appliedIndex <= (this.snapshots.at(-1)?.index ?? 0)) return false
    const { membership } = this.engine.observe()
    const meta = { index: this.appliedIndex, epoch: this.appliedEpoch, membership }
    this.store(meta)
    this.step({ type: 'snapshotBuilt', meta })
    return true
  }

  observe(): Observation | undefined {
    return this.engine?.observe()
  }

  /** Everything as it is now, with the parts that have not changed shared. */
  local(): Local {
    return {
      node: this.before.node,
      running: this.engine !== undefined,
      state: this.engine?.capture(),
      disk: this.disk,
      incarnation: this.incarnation,
      writing: this.writing,
      timers: [...this.timers].sort(),
      appliedIndex: this.appliedIndex,
      appliedEpoch: this.appliedEpoch,
      snapshots: this.snapshots,
    }
  }

  private init(snapshot: SnapshotMeta | undefined): EngineInit {
    const image = { ...this.disk, incarnation: this.incarnation }
    return { self: this.before.node, membership: this.membership, image, snapshot }
  }

  private send(to: NodeId, message: Message): void {
    this.sent.push({ to, message, snapshot: undefined })
  }

  private store(meta: SnapshotMeta): void {
    if (this.snapshots.some(({ index, epoch }) => index === meta.index && epoch === meta.epoch)) return
    this.snapshots.push(meta)
    this.snapshots.sort((a, b) => a.index - b.index)
  }

  private carryOut(output: Output): void {
    for (const { to, message } of output.send) this.send(to, message)
    if (output.persist !== undefined) this.writing.push({ persist: output.persist, held: [] })
    for (const { token, envelopes } of output.sendAfter) {
      const write = this.writing.find(({ persist }) => persist.token.sequence >= token.sequence)
      if (write !== undefined) write.held.push(...envelopes)
      else for (const { to, message } of envelopes) this.send(to, message)
    }
    this.carryOutSnapshots(output)
    for (const entry of output.apply) this.apply(entry)
    this.replies.push(...output.replies)
    for (const { name, range } of output.timers) {
      if (range === undefined) this.timers.delete(name)
      else this.timers.add(name)
    }
    this.resets.push(...output.resets)
    if (output.fetch !== undefined) this.fetch(output.fetch.from, output.fetch.to)
  }

  /** Answers at once, with what is durable, dense from the first. */
  private fetch(from: LogIndex, to: LogIndex): void {
    const start = this.disk.entries.findIndex(({ index }) => index === from)
    const found = start < 0 ? [] : this.disk.entries.slice(start, start + to - from + 1)
    const entries = found.filter(({ index }, position) => index === from + position)
    this.step({ type: 'fetched', from, entries })
  }

  private apply(entry: Entry): void {
    this.applied.push(entry)
    this.appliedIndex += 1
    this.appliedEpoch = entry.epoch
  }

  private carryOutSnapshots(output: Output): void {
    for (const order of output.snapshots) {
      const stored = this.snapshots.at(-1)
      if (order.type === 'install') {
        this.appliedIndex = order.meta.index
        this.appliedEpoch = order.meta.epoch
      } else if (order.type === 'send' && stored !== undefined) {
        this.sent.push({ to: order.to, message: order.message, snapshot: stored })
      }
    }
  }
}

/** The disk with every write under way done, which is the log that the engine has in memory. */
export function diskOnceWritten(disk: Local['disk'], writing: readonly Write[]): Local['disk'] {
  return writing.reduce((image, { persist }) => writeTo(image, persist.operations), disk)
}
