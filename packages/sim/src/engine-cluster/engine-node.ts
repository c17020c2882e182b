import {
  type Engine,
  type EngineDefinition,
  type Entry,
  type Input,
  type Instant,
  LogImageBuilder,
  type LogIndex,
  type Membership,
  membershipAfter,
  type Message,
  type NodeId,
  type Output,
  type Persist,
  type Reply,
  type SnapshotMeta,
  type TraceEvent,
  usableSnapshot,
} from '@quorate/core'
import type { ClusterEvent } from './cluster-event.ts'
import { NodeClock } from './node-clock.ts'

/** Draws the delay of a node's timer from its range, milliseconds. */
export type DrawDelay = (node: NodeId, min: number, max: number, timer: string) => number

/** Where an engine's messages go. */
export interface Outlet<M extends Message> {
  send(from: NodeId, to: NodeId, message: M): void
  /** A snapshot order: `message` and the snapshot travel together. */
  sendSnapshot(from: NodeId, to: NodeId, message: M, meta: SnapshotMeta): void
  resetLink(from: NodeId, peer: NodeId): void
  /** When a timer of `node` runs out that is set now, in the cluster's milliseconds. */
  dueAfter(node: NodeId, milliseconds: number): number
  /** For those who watch. */
  happened(event: ClusterEvent<M>): void
}

/** One engine and what surrounds it: its durable log, writes under way, timers, and a record of what it did. */
export class EngineNode<M extends Message> {
  readonly id: NodeId
  engine: Engine<M> | undefined
  readonly clock: NodeClock = new NodeClock()
  /** What a crash keeps. */
  readonly durable: LogImageBuilder = new LogImageBuilder()
  /** Persists handed out and not yet durable, oldest first, each with the messages that wait for it. */
  readonly writing: { persist: Persist; held: { to: NodeId; message: M }[] }[] = []
  /** Complete writes at once, before anything else happens? */
  autoPersist = true
  /** Entries to be read back and not read yet, oldest first. */
  readonly fetching: { readonly from: LogIndex; readonly to: LogIndex }[] = []
  /** Read entries back at once? Else by `completeFetch`. */
  autoFetch = true
  /** Running timers: when each runs out, in the cluster's milliseconds. */
  readonly timers: Map<string, number> = new Map()
  /** Entries applied since the last start; entry `i` is at position `i - 1 - snapshotIndex`. */
  applied: Entry[] = []
  /** The snapshot that the machine was last restored from, if any. */
  installed: SnapshotMeta | undefined
  /** The snapshots in this node's store, oldest first. Survive crashes. */
  private snapshots: SnapshotMeta[] = []
  readonly replies: Reply[] = []
  readonly events: TraceEvent[] = []
  buildsWanted = 0
  private incarnation = 0
  private readonly definition: EngineDefinition<M>
  private readonly membership: Membership
  private readonly outlet: Outlet<M>
  private readonly drawDelay: DrawDelay

  constructor(
    id: NodeId,
    definition: EngineDefinition<M>,
    membership: Membership,
    outlet: Outlet<M>,
    drawDelay: DrawDelay,
  ) {
    this.id = id
    this.definition = definition
    this.membership = membership
    this.outlet = outlet
    this.drawDelay = drawDelay
  }

  get running(): boolean {
    return this.engine !== undefined
  }

  /** The newest snapshot in this node's store. Setting it adds one. */
  get stored(): SnapshotMeta | undefined {
    return this.snapshots.at(-1)
  }

  set stored(meta: SnapshotMeta | undefined) {
    if (
      meta === undefined ||
      this.snapshots.some((other) => other.index === meta.index && other.epoch === meta.epoch)
    )
      return
    this.snapshots.push(meta)
    this.snapshots.sort((a, b) => a.index - b.index)
  }

  /** The index that the machine stands at. */
  get appliedIndex(): number {
    return (this.installed?.index ?? 0) + this.applied.length
  }

  /** The membership in force behind it: an engine's own may be one that is not committed yet. */
  get appliedMembership(): Membership {
    const changes = this.applied.filter(({ kind }) => kind === 'membership')
    return changes.reduce(membershipAfter, this.installed?.membership ?? this.membership)
  }

  start(at: Instant): void {
    this.incarnation += 1
    this.applied = []
    const image = this.durable.image(this.incarnation)
    this.installed = usableSnapshot(image, this.snapshots, this.definition.acceptance)
    // One that was received and not installed is of no use to this log.
    this.snapshots = this.installed === undefined ? [] : [this.installed]
    this.outlet.happened({ type: 'started', node: this.id, applied: this.installed?.index ?? 0 })
    this.engine = this.definition.create({
      self: this.id,
      membership: this.membership,
      image,
      snapshot: this.installed,
    })
    this.drain(at)
  }

  /** Loses everything that is not durable. The `keep` oldest writes under way had reached the disk. */
  crash(keep = 0): void {
    const kept = this.writing.splice(0, keep)
    for (const { persist } of kept) for (const operation of persist.operations) this.durable.apply(operation)
    if (this.running) {
      this.outlet.happened({ type: 'crashed', node: this.id, kept: kept.length, lost: this.writing.length })
    }
    this.engine = undefined
    this.writing.length = 0
    this.fetching.length = 0
    this.timers.clear()
  }

  step(input: Input<M>, at: Instant): void {
    if (this.engine === undefined) return
    this.engine.step(input, at)
    this.drain(at)
  }

  /** Takes and carries out outputs until the engine has nothing to do. */
  drain(at: Instant): void {
    if (this.engine === undefined) return
    this.carryOut(this.engine.take(), at)
    while (this.autoPersist && this.writing.length > 0) this.completeWrite(at)
  }

  /** Makes the oldest write durable and tells the engine. */
  completeWrite(at: Instant): void {
    const write = this.writing.shift()
    if (write === undefined || this.engine === undefined) return
    for (const operation of write.persist.operations) this.durable.apply(operation)
    this.outlet.happened({ type: 'durable', node: this.id, persist: write.persist })
    for (const { to, message } of write.held) this.outlet.send(this.id, to, message)
    this.engine.step({ type: 'persisted', token: write.persist.token }, at)
    this.carryOut(this.engine.take(), at)
  }

  /** Reads what was asked for first, or gives `entries` for it. */
  completeFetch(at: Instant, entries?: readonly Entry[]): void {
    const wanted = this.fetching.shift()
    if (wanted === undefined || this.engine === undefined) return
    const { from, to } = wanted
    this.engine.step({ type: 'fetched', from, entries: entries ?? entriesOf(this.durable, from, to) }, at)
    this.carryOut(this.engine.take(), at)
  }

  private carryOut(output: Output<M>, at: Instant): void {
    this.outlet.happened({ type: 'output', node: this.id, output, observation: this.engine!.observe() })
    for (const { to, message } of output.send) this.outlet.send(this.id, to, message)
    if (output.persist !== undefined) {
      this.writing.push({ persist: output.persist, held: [] })
      this.outlet.happened({ type: 'writes', node: this.id, persist: output.persist })
    }
    for (const { token, envelopes } of output.sendAfter) {
      const write = this.writing.find(({ persist }) => persist.token.sequence >= token.sequence)
      if (write !== undefined) write.held.push(...envelopes)
      else for (const { to, message } of envelopes) this.outlet.send(this.id, to, message)
    }
    this.carryOutSnapshots(output)
    this.applied.push(...output.apply)
    this.replies.push(...output.replies)
    this.events.push(...output.events)
    for (const { name, range } of output.timers) {
      if (range === undefined) this.timers.delete(name)
      else {
        const delay = this.drawDelay(this.id, range.min, range.max, name)
        this.timers.set(name, this.outlet.dueAfter(this.id, delay))
      }
    }
    for (const peer of output.resets) this.outlet.resetLink(this.id, peer)
    if (output.fetch === undefined) return
    this.fetching.push(output.fetch)
    if (this.autoFetch) this.completeFetch(at)
  }

  private carryOutSnapshots(output: Output<M>): void {
    for (const order of output.snapshots) {
      if (order.type === 'build') this.buildsWanted += 1
      else if (order.type === 'install') {
        this.installed = order.meta
        this.applied = []
      } else if (this.stored !== undefined) {
        this.outlet.sendSnapshot(this.id, order.to, order.message, this.stored)
      }
    }
  }
}

/** What is durable of them, dense from the first, as `LogStore.read` gives it. */
function entriesOf(durable: LogImageBuilder, from: LogIndex, to: LogIndex): Entry[] {
  const entries: Entry[] = []
  for (let index = from; index <= to; index++) {
    const entry = durable.entryAt(index)
    if (entry === undefined) break
    entries.push(entry)
  }
  return entries
}
