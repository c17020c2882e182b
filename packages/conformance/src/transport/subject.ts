import type { NodeId, Transport } from '@quorate/core'
import type { Patience } from '../suite/patience.ts'

/**
 * What a harness can do besides making transports.
 * - `break`: the net has the method of that name.
 * - `full`: the queue to one peer holds at most a few megabytes, so that filling it is cheap.
 * - `refuse`: the owner's `frame` may throw a `QuorateError` with code `DECODE`, which ends the session.
 */
export type TransportMeans = 'break' | 'full' | 'refuse'

/** Some nodes that can reach each other. */
export interface TransportNet {
  /** A transport for a node, not started: once, and again after the one before was closed, as if the node restarted. */
  transport(node: NodeId): Transport | Promise<Transport>
  /** Breaks the session between two nodes as a fault of the network would, and lets them make another. */
  break?(a: NodeId, b: NodeId): void
  /** Lets go of it, after the case. Every transport is closed by then. */
  remove?(): void | Promise<void>
}

/** A transport to be checked: one that keeps the order of frames (`fifo`). */
export interface TransportSubject {
  readonly can: readonly TransportMeans[]
  readonly patience: Patience
  /** A net of its own. `seed` draws what is left to chance. */
  net(nodes: readonly NodeId[], seed: number): TransportNet | Promise<TransportNet>
}
