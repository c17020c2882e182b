import type { MachineDefinition } from '@quorate/core'
import type { Random } from '@quorate/sim'

/** A state machine to be checked, and what to do with it. */
export interface MachineSubject<Command, Result, Query, Answer, Change> {
  readonly definition: MachineDefinition<Command, Result, Query, Answer, Change>
  /** Draws a command: of every type, often one that is refused, and on few keys, so that commands meet. */
  command(random: Random): Command
  /** Draws a query. */
  query(random: Random): Query
  /** Runs of each case, each from another seed. @default 12 */
  readonly runs?: number
  /** Commands in a run. @default 60 */
  readonly length?: number
}

/** A subject whose types do not matter. */
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyMachineSubject = MachineSubject<any, any, any, any, any>
