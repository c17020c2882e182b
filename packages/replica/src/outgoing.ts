import type { MessageCodec } from '@quorate/codec'
import type { Entry, Envelope, Message, NodeId, ReplicaCounters, Transport } from '@quorate/core'
import { frameKind } from './frame-kind.ts'

/** Collects what a turn sends, so that each peer gets one frame, and counts it. */
export class Outgoing<M extends Message> {
  private readonly queues = new Map<NodeId, M[]>()
  private isEmpty = true
  private readonly transport: Transport
  private readonly codec: MessageCodec<M>
  private readonly counters: ReplicaCounters

  constructor(transport: Transport, codec: MessageCodec<M>, counters: ReplicaCounters) {
    this.transport = transport
    this.codec = codec
    this.counters = counters
  }

  add({ to, message }: Envelope<M>): void {
    const queue = this.queues.get(to)
    if (queue === undefined) this.queues.set(to, [message])
    else queue.push(message)
    this.isEmpty = false
    this.count(message)
  }

  /** Hands each peer's messages to the transport. A peer whose queue is full is behind for good: its link is made anew. */
  flush(): void {
    if (this.isEmpty) return
    this.isEmpty = true
    for (const [peer, messages] of this.queues) {
      if (messages.length === 0) continue
      const frame = this.codec.encode(messages, frameKind.messages)
      messages.length = 0
      this.counters.bytesSent += frame.length
      if (!this.transport.send(peer, frame)) this.transport.reset(peer)
    }
  }

  private count(message: M): void {
    const { messages } = this.counters
    messages[message.type] = (messages[message.type] ?? 0) + 1
    const entries = (message as { entries?: readonly Entry[] }).entries
    if (entries !== undefined && entries.length > 0) {
      this.counters.entryMessages += 1
      this.counters.entriesSent += entries.length
    }
  }
}
