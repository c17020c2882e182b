import type { NodeId } from '@quorate/core'

interface Flight<M> {
  readonly at: number
  readonly to: NodeId
  readonly message: M
}

/** Carries messages in one delay each, and counts them. What one says to oneself takes no time and is not counted. */
export class CountedNetwork<M extends { readonly type: string }> {
  /** Message delays since the start. */
  now = 0
  /** By type. */
  readonly messages: Record<string, number> = {}
  /** Writes to disk that had to be done before something was sent, by role. */
  readonly fsyncs: Record<string, number> = {}
  private flights: Flight<M>[] = []

  send(from: NodeId, to: NodeId, message: M): void {
    if (from !== to) this.messages[message.type] = (this.messages[message.type] ?? 0) + 1
    this.flights.push({ at: from === to ? this.now : this.now + 1, to, message })
  }

  persist(role: string, disk: unknown): void {
    if (disk !== undefined) this.fsyncs[role] = (this.fsyncs[role] ?? 0) + 1
  }

  /** Delivers everything, in the order of time, and of sending at one time. */
  run(deliver: (to: NodeId, message: M) => void): void {
    while (this.flights.length > 0) {
      this.now = Math.min(...this.flights.map(({ at }) => at))
      const next = this.flights.findIndex(({ at }) => at === this.now)
      const [flight] = this.flights.splice(next, 1)
      deliver(flight!.to, flight!.message)
    }
  }

  /** From now on everything counts from nothing. */
  restart(): void {
    this.now = 0
    for (const counts of [this.messages, this.fsyncs])
      for (const name of Object.keys(counts)) delete counts[name]
  }
}
