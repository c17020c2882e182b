import type { NodeId } from '../ids.ts'
import type { Acceptance } from '../log/acceptance.ts'
import type { CostModel } from './cost-model.ts'
import type { Engine, EngineInit } from './engine.ts'
import type { Message, MessageShapes } from './message.ts'
import type { MonitorDefinition } from './monitor.ts'

/** How much link faults an engine stands: `fifo` wants sessions that keep order and lose only by breaking. */
export type LinkNeeds = 'fifo' | 'any'

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
  /** What the protocol's proofs say of its replicas together, for those who run clusters to check it. */
  readonly monitor?: MonitorDefinition<M>
  /**
   * An engine as of the start of a replica. Its first `take` sets its timers. Throws a `QuorateError` (`CORRUPT_LOG`,
   * `DECODE`, `NEWER_VERSION`) for an image that no engine of this kind can have left.
   */
  create(init: EngineInit): Engine<M>
  /** An engine that goes on from a captured state, which holds all it needs: `init` only says whose it is. */
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
