import type { NodeId } from '../ids.ts'

/** What a transport tells its owner. Calls come one at a time, never from within `send`. */
export interface TransportEvents {
  /** A session with `peer` began. */
  peerUp(peer: NodeId): void
  /** The session with `peer` ended; what was under way may be lost. Nothing of it is delivered after this. */
  peerDown(peer: NodeId): void
  /** A frame arrived on the current session. The bytes are the receiver's to keep, and immutable. */
  frame(peer: NodeId, bytes: Uint8Array): void
}

/**
 * Carries frames between replicas on **link sessions**. Within a session frames arrive whole, at most once, and (on a
 * `fifo` transport) in order and without gaps; a session can break at any moment and lose what was under way. Both ends
 * are told, and nothing of an older session is delivered after a newer one began.
 */
export interface Transport {
  /** Begins to connect and to deliver. Called once. */
  start(events: TransportEvents): void
  /** Queues a frame; without a session it is dropped. Takes the bytes over. False: the queue to this peer is full. */
  send(peer: NodeId, bytes: Uint8Array): boolean
  /** Breaks the session with `peer`, if there is one, and makes a new one. */
  reset(peer: NodeId): void
  close(): Promise<void>
}
