import { assert } from '../assert.ts'
import type { NodeId } from '../ids.ts'
import type { Entry } from '../log/entry.ts'
import type { Token } from '../log/durability.ts'
import type { StorageOperation } from '../log/storage-operation.ts'
import type { Envelope, Message } from './message.ts'
import type { HeldMessages, Output, Reply, SnapshotOrder, TimerChange } from './output.ts'
import type { TraceEvent } from './trace.ts'

const nothing: readonly never[] = []

/** An empty list stays here to be filled later, so it must not be handed out. */
function orNothing<T>(list: T[]): readonly T[] {
  return list.length > 0 ? list : nothing
}

/**
 * Collects an engine's decisions between two `take`s. Engines write to it and never read from it, so it is no part of
 * their state.
 */
export class Outbox<M extends Message> {
  private send: Envelope<M>[] = []
  private held: Envelope<M>[] = []
  private operations: StorageOperation[] = []
  private mustSync = false
  private snapshots: SnapshotOrder<M>[] = []
  private applying: Entry[] = []
  private replies: Reply[] = []
  private readonly timers = new Map<string, TimerChange>()
  private resets: NodeId[] = []
  private fetch: Output['fetch']
  private events: TraceEvent[] = []

  /** For messages that depend on nothing that is not durable yet. */
  sendNow(to: NodeId, message: M): void {
    this.send.push({ to, message })
  }

  /** For messages that promise something about this replica's disk: leaves when all state so far is durable. */
  sendWhenDurable(to: NodeId, message: M): void {
    this.held.push({ to, message })
  }

  persist(operation: StorageOperation, sync = true): void {
    this.operations.push(operation)
    this.mustSync ||= sync
  }

  /** Is there anything to persist in the next `take`? */
  get hasPersist(): boolean {
    return this.operations.length > 0
  }

  /** Takes the list over. */
  apply(entries: readonly Entry[]): void {
    if (entries.length === 0) return
    if (this.applying.length === 0) this.applying = entries as Entry[]
    else this.applying = [...this.applying, ...entries]
  }

  reply(reply: Reply): void {
    this.replies.push(reply)
  }

  snapshot(order: SnapshotOrder<M>): void {
    this.snapshots.push(order)
  }

  setTimer(name: string, min: number, max: number = min): void {
    this.timers.set(name, { name, range: { min, max } })
  }

  cancelTimer(name: string): void {
    this.timers.set(name, { name, range: undefined })
  }

  resetLink(peer: NodeId): void {
    this.resets.push(peer)
  }

  fetchEntries(from: number, to: number): void {
    this.fetch = { from, to }
  }

  trace(event: TraceEvent): void {
    this.events.push(event)
  }

  /**
   * Hands everything over. `token` names this turn's persist if there is one, and otherwise the last persist still
   * under way; undefined means that all is durable, so held messages may leave at once.
   */
  take(token: Token | undefined): Output<M> {
    const { operations, mustSync } = this
    assert(operations.length === 0 || token !== undefined, 'a persist has a token')
    const persist =
      operations.length > 0 && token !== undefined ? { token, operations, sync: mustSync } : undefined
    const held: readonly HeldMessages<M>[] =
      this.held.length > 0 && token !== undefined ? [{ token, envelopes: this.held }] : nothing
    const send = this.held.length > 0 && token === undefined ? [...this.send, ...this.held] : this.send
    const output: Output<M> = {
      send: orNothing(send),
      persist,
      sendAfter: held,
      snapshots: orNothing(this.snapshots),
      apply: orNothing(this.applying),
      replies: orNothing(this.replies),
      timers: this.timers.size > 0 ? [...this.timers.values()] : nothing,
      resets: orNothing(this.resets),
      fetch: this.fetch,
      events: orNothing(this.events),
    }
    this.clear()
    return output
  }

  private clear(): void {
    if (this.send.length > 0) this.send = []
    if (this.held.length > 0) this.held = []
    if (this.operations.length > 0) this.operations = []
    if (this.snapshots.length > 0) this.snapshots = []
    if (this.applying.length > 0) this.applying = []
    if (this.replies.length > 0) this.replies = []
    if (this.resets.length > 0) this.resets = []
    if (this.events.length > 0) this.events = []
    if (this.timers.size > 0) this.timers.clear()
    this.mustSync = false
    this.fetch = undefined
  }
}
