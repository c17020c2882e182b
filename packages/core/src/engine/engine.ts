import type { NodeId } from '../ids.ts'
import type { LogImage } from '../log/storage-operation.ts'
import type { Membership } from '../membership/membership.ts'
import type { Input, Instant } from './input.ts'
import type { Message, MessageShapes } from './message.ts'
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
  /** Everything up to here is in the machine, restored from a snapshot; 0 without one. */
  readonly applied: number
}

/** How much link faults an engine stands: `fifo` wants sessions that keep order and lose only by breaking. */
export type LinkNeeds = 'fifo' | 'any'

/**
 * In which epoch or ballot a durable entry counts as accepted: what tells one that is chosen from one that many merely
 * hold.
 * - `entry`: Raft. An entry counts in its own epoch, and so does everything before it (figure 8 shows why no other does).
 * - `history`: Zab. The whole history counts in the epoch that the replica had adopted when it was persisted.
 * - `slot`: Paxos. Each entry by itself, in the ballot of its `accept`.
 */
export type Acceptance = 'entry' | 'history' | 'slot'

/** Numbers that say what a protocol costs, for comparing prediction and count. Per command, without batching. */
export interface CostModel {
  /** Messages for one commit among `replicas` voters, command proposed at the leader. */
  messagesPerCommit(replicas: number): number
  /** Message delays from the leader's proposal to its commit. */
  readonly delaysToCommit: number
  /** Durable writes for one commit among `replicas` voters. */
  fsyncsPerCommit(replicas: number): number
  /** The types of message that carry out a commit; others (heartbeats, elections) are overhead. */
  readonly commitMessages: readonly string[]
}

/** A protocol, ready to be run: what a composition root hands to a replica. */
export interface EngineDefinition<M extends Message = Message> {
  /** `raft`, `zab`, …: stored beside the log, so that a directory is not opened by another engine. */
  readonly name: string
  readonly links: LinkNeeds
  readonly acceptance: Acceptance
  readonly shapes: MessageShapes
  /**
   * The names of all trace events that this engine can report, each once: the decisions of the protocol as data. One
   * that many runs never reported is a branch that they did not test.
   */
  readonly marks: readonly string[]
  readonly cost: CostModel
  /** The longest silence after which a replica suspects its leader, milliseconds. */
  readonly electionTimeout: number
  /**
   * An engine as of the start of a replica. Its first `take` sets its timers. Throws a `QuorateError` (`CORRUPT_LOG`,
   * `DECODE`, `NEWER_VERSION`) for an image that no engine of this kind can have left.
   */
  create(init: EngineInit): Engine<M>
  /** An engine that goes on from a captured state. */
  revive(init: EngineInit, state: unknown): Engine<M>
  /** A captured state with every replica's id replaced: for symmetry reduction. */
  renameState(state: unknown, rename: (node: NodeId) => NodeId): unknown
  /** A message with every replica's id replaced. */
  renameMessage(message: M, rename: (node: NodeId) => NodeId): M
  /**
   * What `setHardState` writes, with every replica's id replaced. Only an engine that treats all ids alike has it: that
   * every run of it commutes with every renaming is what symmetry reduction rests on.
   */
  renameHardState?(bytes: Uint8Array, rename: (node: NodeId) => NodeId): Uint8Array
}

/** A definition whose messages do not matter to the one who holds it. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyEngineDefinition = EngineDefinition<any>
