/**
 * A message between engines: a plain object with a type and fields of fixed names. Two field names mean the same in
 * every engine: `entries` is a list of log entries, which travels in their one binary form.
 */
export interface Message {
  readonly type: string
}

/** The fields of each type of message, in the order in which they are encoded: the engine's wire format as data. */
export type MessageShapes = Readonly<Record<string, readonly string[]>>

/** A message and where it goes. `to` may be the sender itself. */
export interface Envelope<M extends Message> {
  readonly to: number
  readonly message: M
}
