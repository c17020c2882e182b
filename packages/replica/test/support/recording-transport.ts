import type { NodeId, Transport, TransportEvents } from '@quorate/core'

/** A transport that notes what it is given. What arrives is up to the test. */
export class RecordingTransport implements Transport {
  readonly sent: { readonly peer: NodeId; readonly bytes: Uint8Array }[] = []
  readonly resets: NodeId[] = []
  /** Peers whose queues are full. */
  readonly full = new Set<NodeId>()
  events: TransportEvents | undefined
  isClosed = false
  private readonly note: (event: string) => void

  constructor(note: (event: string) => void = () => {}) {
    this.note = note
  }

  start(events: TransportEvents): void {
    this.events = events
  }

  send(peer: NodeId, bytes: Uint8Array): boolean {
    this.note(`frame to ${peer}`)
    this.sent.push({ peer, bytes })
    return !this.full.has(peer)
  }

  reset(peer: NodeId): void {
    this.note(`reset ${peer}`)
    this.resets.push(peer)
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  /** A frame arrives. */
  arrive(peer: NodeId, bytes: Uint8Array): void {
    this.events!.frame(peer, bytes)
  }
}
