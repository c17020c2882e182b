import { type NodeId, assert } from '@quorate/core'
import { formatLine } from './trace-line.ts'

/** Puts what happened in words. Given what it speaks of rather than closing over it: most events are never read. */
export type Describe<A, B> = (a: A, b: B) => string

/** One thing worth reading: when, at which node (0: everywhere), and a way to put it in words. */
interface LoggedEvent {
  time: number
  node: NodeId
  describe: Describe<unknown, unknown>
  a: unknown
  b: unknown
}

/**
 * The last events of a run, put in words only if somebody reads them: a run that goes well pays for no text.
 */
export class EventLog {
  /** Filled again and again: an event costs no memory. */
  private readonly ring: LoggedEvent[] = []
  private next = 0
  private readonly capacity: number
  private readonly nodes: number
  private readonly onLine: ((line: string) => void) | undefined

  /** `capacity`: how many events are kept, perhaps none. `onLine` sees every event's line as it happens. */
  constructor(capacity: number, nodes: number, onLine?: (line: string) => void) {
    assert(Number.isSafeInteger(capacity) && capacity >= 0, 'an event log keeps a number of events', {
      capacity,
    })
    this.capacity = capacity
    this.nodes = nodes
    this.onLine = onLine
  }

  /** `time` in microseconds. `describe` may be called later, so it must not read what changes. */
  note(time: number, node: NodeId, describe: () => string): void {
    this.noteOf(time, node, describe, undefined, undefined)
  }

  /** The same, of `a` and `b`, which must not change. */
  noteOf<A, B>(time: number, node: NodeId, describe: Describe<A, B>, a: A, b: B): void {
    if (this.onLine !== undefined) this.onLine(formatLine(time, node, this.nodes, describe(a, b)))
    if (this.capacity === 0) return
    const slot = this.ring[this.next]
    const speak = describe as Describe<unknown, unknown>
    if (slot === undefined) this.ring[this.next] = { time, node, describe: speak, a, b }
    else {
      slot.time = time
      slot.node = node
      slot.describe = speak
      slot.a = a
      slot.b = b
    }
    this.next += 1
    if (this.next === this.capacity) this.next = 0
  }

  /** Is every event put in words at once? Then more of them are worth noting. */
  get isVerbose(): boolean {
    return this.onLine !== undefined
  }

  /** The lines of the last events, oldest first. */
  lines(): string[] {
    const ordered = [...this.ring.slice(this.next), ...this.ring.slice(0, this.next)]
    return ordered.map((event) => this.format(event))
  }

  private format({ time, node, describe, a, b }: LoggedEvent): string {
    return formatLine(time, node, this.nodes, describe(a, b))
  }
}
