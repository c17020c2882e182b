import type { Plain } from '@quorate/core'

/** What one role of a protocol makes of one thing. */
export interface ActorTurn<Message> {
  readonly memory: Plain
  /** Undefined: as before. */
  readonly disk: Plain
  readonly send: readonly Message[]
  /** What a client sees of it, for the history. */
  readonly event?: Plain
}

/** Something that a role does of its own accord. */
export interface ActorMove<Message> {
  /** In words: `begins ballot 1.1 with A`. */
  readonly label: string
  readonly turn: ActorTurn<Message>
}

/**
 * A role of a protocol as the model checker moves it: pure functions over plain data, which call the code of the
 * protocol's package. A crash with the restart that follows is one step: to be down is to be slow.
 */
export interface Actor<Message> {
  /** `acceptor 2` */
  readonly name: string
  /** Its id if it is an acceptor; these are numbered from 1 and interchangeable. */
  readonly acceptor?: number
  /** The memory of one that starts, with what its disk says; undefined: for the first time. */
  start(disk: Plain): Plain
  moves(memory: Plain): readonly ActorMove<Message>[]
  /** Undefined if the message is none of its business. */
  receive(memory: Plain, message: Message): ActorTurn<Message> | undefined
}

/** A protocol with everything that can happen to it. */
export interface ActorSystem<Message> {
  readonly actors: readonly Actor<Message>[]
  /** Messages that are under way from the start. */
  readonly sent: readonly Message[]
  /** Crashes, each with a restart, of any actor. */
  readonly crashes: number
}
