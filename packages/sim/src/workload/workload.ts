import type { Random } from '../random/random.ts'

/** One operation of a client, and how it looks in a history. */
export interface WorkloadOperation {
  readonly kind: 'write' | 'read'
  /** How fresh a read must be. @default linearizable */
  readonly mode?: 'linearizable' | 'sequential'
  /** A command of the machine, or a query. */
  readonly value: unknown
  /** What the history says was asked: plain data. Undefined: the operation is not in the history. */
  readonly input: unknown
  /** What the history says was answered, given the machine's result or answer: plain data. Changes nothing. */
  output(answer: unknown): unknown
}

/** Whose turn it is. */
export interface WorkloadTurn {
  readonly client: number
  /** A number that no other operation of the run has: for values that tell who wrote them. */
  readonly serial: number
  readonly random: Random
}

/** What clients do in one run. */
export interface WorkloadRun {
  next(turn: WorkloadTurn): WorkloadOperation
  /** A write that may be made in any state: to see whether the cluster is alive. */
  probe(turn: WorkloadTurn): WorkloadOperation
}

/** A kind of work: the part of a simulation that knows the machine. */
export interface Workload {
  readonly name: string
  /** Begins a run. `random` is for what holds for all of it, such as how many keys there are. */
  start(random: Random): WorkloadRun
}
