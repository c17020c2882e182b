import type { Random } from '../random/random.ts'

/** A call that a client makes, or is to make as soon as it has the answer to the one before. Plain data. */
export interface PlannedCall {
  /** Milliseconds since the start. */
  readonly at: number
  /** From 1 on. */
  readonly client: number
  /** A number that no other call has. What is called depends on it alone, whoever calls when. */
  readonly serial: number
}

/** What the calls of a run are drawn from. */
export interface CallFrame {
  readonly clients: number
  /** Calls in all: serials go from 1 to it, and from client to client. */
  readonly operations: number
  /** Mean time from one call of a client to its next, milliseconds. */
  readonly thinkTime: number
}

/** Draws a client's calls, one when it is asked for. Each pause is drawn for itself. */
export function* drawCalls(
  client: number,
  { clients, operations, thinkTime }: CallFrame,
  random: Random,
): Generator<PlannedCall, void, undefined> {
  let at = 0
  for (let serial = client; serial <= operations; serial += clients) {
    random.restart(serial)
    at += random.exponential(thinkTime)
    yield { at, client, serial }
  }
}
