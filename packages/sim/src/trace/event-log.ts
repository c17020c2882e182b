import type { NodeId } from '@quorate/core'
import { formatLine } from './trace-line.ts'

/** One thing worth reading: when, at which node (0: everywhere), and a way to put it in words. */
interface LoggedEvent {
  readonly time: number
  readonly node: NodeId
  readonly describe: () => string
}

/**
 * The last events of a run, put in words only if somebody reads them: a run that goes well pays for no text.
 */
export class EventLog {
  private readonly ring: LoggedEvent[] = []
  private next = 0
  private readonly capacity: number
  private readonly nodes: number
  private readonly onLine: ((line: string) => void) | undefined

  /** `onLine` sees every event's line as it happens. */
  constructor(capacity: number, nodes: number, onLine?: (line: string) => void) {
    this.capacity = capacity
    this.nodes = nodes
    this.onLine = onLine
  }

  /** `time` in microseconds. `describe` may be called later, so it must not read what changes. */
  note(time: number, node: NodeId, describe: () => string): void {
    const event = { time, node, describe }
    this.ring[this.next] = event
    this.next = (this.next + 1) % this.capacity
    if (this.onLine !== undefined) this.onLine(this.format(event))
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

  private format({ time, node, describe }: LoggedEvent): string {
    return formatLine(time, node, this.nodes, describe())
  }
}
