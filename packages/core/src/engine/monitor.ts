import type { NodeId } from '../ids.ts'
import type { Engine, EngineInit } from './engine.ts'
import type { Input } from './input.ts'
import type { Message } from './message.ts'
import type { Output } from './output.ts'

/** An invariant of one protocol, by the protocol's name, a space, and what its paper calls the rule: `paxos A4`. */
export type MonitorInvariant = `${string} ${string}`

/** An invariant that a monitor found broken, and what is needed to understand it. */
export interface MonitorFinding {
  readonly invariant: MonitorInvariant
  readonly message: string
  /** The replica at which it showed, if it is one. */
  readonly node: NodeId | undefined
  readonly context: Readonly<Record<string, unknown>>
}

/** Takes a monitor's findings in. It may throw, which ends what is being watched. */
export type MonitorBlame = (finding: MonitorFinding) => void

/**
 * Checks, while a cluster runs, what a protocol's own proofs say about its replicas together: invariants over messages
 * sent and promises given that no single state shows. It is handed all that passes the seam between engines and their
 * hosts, of every replica in the order in which it happens, and nothing else; what it needs of the past it remembers.
 *
 * Whoever runs a cluster runs one monitor for it. It must not change what it is handed, nor step an engine; it may
 * observe one, and capture it right after `taken`. A replica that starts again is `created` again, by its log's image:
 * what was `taken` from its last life and is not in there was lost in a crash.
 */
export interface Monitor<M extends Message = Message> {
  /** An engine was made, from what its disk holds. */
  created(init: EngineInit, engine: Engine<M>): void
  /** The engine is about to take in `input`. */
  given(node: NodeId, input: Input<M>, engine: Engine<M>): void
  /** The engine handed out `output`, which will be carried out now. */
  taken(node: NodeId, output: Output<M>, engine: Engine<M>): void
}

/** A protocol's monitor: what it checks, and how to get one. */
export interface MonitorDefinition<M extends Message = Message> {
  /** The names of all invariants that it can find broken, each once. */
  readonly invariants: readonly MonitorInvariant[]
  /** A monitor of one cluster, none of whose engines is there yet. */
  create(blame: MonitorBlame): Monitor<M>
}
