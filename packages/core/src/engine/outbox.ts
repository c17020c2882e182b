import { assert } from '../assert.ts'
import type { NodeId } from '../ids.ts'
import type { Entry } from '../log/entry.ts'
import type { Token } from '../log/durability.ts'
import type { StorageOperation } from '../log/storage-operation.ts'
import type { Envelope, Message } from './message.ts'
import type { HeldMessages, Output, Reply, SnapshotOrder, TimerChange } from './output.ts'
import type { TraceEvent } from './trace.ts'

/** Every empty list is this one: nothing is ever added to it. */
const nothing: never[] = []

/** The list with `item` behind it. An empty one gives way to one of its own: most lists have one item, and no room to spare. */
function added<T>(list: T[], item: T): T[] {
  if (list.length === 0) return [item]
  list.push(item)
  return list
}

/**
 * Collects an engine's decisions between two `take`s. Engines write to it and never read from it, so it is no part of
 * their state.
 */
export class Outbox<M extends Message> {
  private send: Envelope<M>[] = nothing
  private held: Envelope<M>[] = nothing
  private operations: StorageOperation[] = nothing
  private mustSync = false
  private snapshots: SnapshotOrder<M>[] = nothing
  private applying: Entry[] = nothing
  private replies: Reply[] = nothing
  private readonly timers = new Map<string, TimerChange>()
  private resets: NodeId[] = nothing
  private fetch: Output['fetch']
  private events: TraceEvent[] = nothing

  /** For messages that depend on nothing that is not durable yet. */
  sendNow(to: NodeId, message: M): void {
    this.send = added(this.send, { to, message })
  }

  /** For messages that promise something about this replica's disk: leaves when all state so far is durable. */
  sendWhenDurable(to: NodeId, message: M): void {
    this.held = added(this.held, { to, message })
  }

  persist(operation: StorageOperation, sync = true): void {
    this.operations = added(this.operations, operation)
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
    this.replies = added(this.replies, reply)
  }

  snapshot(order: SnapshotOrder<M>): void {
    this.snapshots = added(this.snapshots, order)
  }

  setTimer(name: string, min: number, max: number = min): void {
    this.timers.set(name, { name, range: { min, max } })
  }

  cancelTimer(name: string): void {
    this.timers.set(name, { name, range: undefined })
  }

  resetLink(peer: NodeId): void {
    this.resets = added(this.resets, peer)
  }

  fetchEntries(from: number, to: number): void {
    this.fetch = { from, to }
  }

  trace(event: TraceEvent): void {
    this.events = added(this.events, event)
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
      send,
      persist,
      sendAfter: held,
      snapshots: this.snapshots,
      apply: this.applying,
      replies: this.replies,
      timers: this.timers.size > 0 ? [...this.timers.values()] : nothing,
      resets: this.resets,
      fetch: this.fetch,
      events: this.events,
    }
    this.clear()
    return output
  }

  private clear(): void {
    this.send = nothing
    this.held = nothing
    this.operations = nothing
    this.snapshots = nothing
    this.applying = nothing
    this.replies = nothing
    this.resets = nothing
    this.events = nothing
    if (this.timers.size > 0) this.timers.clear()
    this.mustSync = false
    this.fetch = undefined
  }
}
