import type { NodeId } from '../ids.ts'
import type { LogImage, SnapshotMeta } from '../log/storage-operation.ts'
import type { Membership } from '../membership/membership.ts'
import type { Input, Instant } from './input.ts'
import type { Message } from './message.ts'
import type { Observation } from './observation.ts'
import type { Output } from './output.ts'

/**
 * A consensus protocol at one replica: a function of its inputs. No clock, no randomness, no promise, no iteration
 * order that is not defined: equal inputs give equal outputs on every platform, so the same code runs in production,
 * in the simulator, in the model checker and in a browser.
 *
 * ```ts
 * engine.step({ type: 'propose', request, data }, now)   // as many as have arrived
 * const output = engine.take()                            // once a turn
 * ```
 */
export interface Engine<M extends Message = Message> {
  /** Takes in one thing that happened. Never throws for what a peer, client or disk can cause. */
  step(input: Input<M>, at: Instant): void
  /** Everything decided since the last call. Expensive things (messages, persists) are built here, once a turn. */
  take(): Output<M>
  observe(): Observation
  /** A copy of the whole state as plain data, taken when nothing waits for `take`. `revive` makes an engine of it. */
  capture(): unknown
}

/** What an engine starts from. */
export interface EngineInit {
  readonly self: NodeId
  /** The membership in force if the log does not say otherwise. Equal on all replicas of a new cluster. */
  readonly membership: Membership
  readonly image: LogImage
  /**
   * The snapshot that the machine was restored from: everything up to its index is applied. It may lie above the log's
   * start. Undefined for a machine that has applied nothing.
   */
  readonly snapshot: SnapshotMeta | undefined
}
