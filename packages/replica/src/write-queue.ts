import type { Envelope, LogStore, Message, Persist } from '@quorate/core'

const nothing: readonly never[] = []

interface Write<M extends Message> {
  readonly persist: Persist
  held: readonly Envelope<M>[]
  done: boolean
}

/** What becomes of writes. */
export interface WriteQueueEvents<M extends Message> {
  /** That persist and all before it are durable; `held` may leave now. */
  durable(persist: Persist, held: readonly Envelope<M>[]): void
  failed(persist: Persist, error: Error): void
}

/**
 * Persists under way and the messages that wait for them. A store may complete writes in any order; the engine is told
 * in order, because a write that survives a crash without an earlier one would not count for anything.
 */
export class WriteQueue<M extends Message> {
  private readonly store: LogStore
  private readonly events: WriteQueueEvents<M>
  private writes: Write<M>[] = []

  constructor(store: LogStore, events: WriteQueueEvents<M>) {
    this.store = store
    this.events = events
  }

  add(persist: Persist): void {
    const write: Write<M> = { persist, held: nothing, done: false }
    this.writes.push(write)
    this.store.write(persist.operations, persist.sync, (error) => {
      if (error !== undefined) return this.events.failed(persist, error)
      write.done = true
      this.release()
    })
  }

  /** Holds messages until the persist `sequence` is durable; false if it is already. */
  hold(sequence: number, envelopes: readonly Envelope<M>[]): boolean {
    for (const write of this.writes) {
      if (write.persist.token.sequence < sequence) continue
      write.held = write.held.length === 0 ? envelopes : [...write.held, ...envelopes]
      return true
    }
    return false
  }

  private release(): void {
    while (this.writes.length > 0 && this.writes[0]!.done) {
      const { persist, held } = this.writes.shift()!
      this.events.durable(persist, held)
    }
  }
}
