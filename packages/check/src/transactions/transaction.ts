import type { ClientId } from '../history/operation.ts'
import type { Value } from '../history/value.ts'

/** One step of a transaction: an element added to the end of a key's list, or the whole list read. */
export type MicroOperation =
  | { readonly f: 'append'; readonly key: string; readonly element: Value }
  /** `elements` is `undefined` when it is not known what was read. */
  | { readonly f: 'read'; readonly key: string; readonly elements: readonly Value[] | undefined }

/** What became of a transaction: `unknown` may have happened at any time after its call, or never. */
export type TransactionOutcome = 'committed' | 'aborted' | 'unknown'

/** A transaction over lists, as its client saw it. No element may be appended to one key twice. */
export interface Transaction {
  readonly client: ClientId
  readonly outcome: TransactionOutcome
  readonly operations: readonly MicroOperation[]
  readonly call: number
  /** When it answered; `Infinity` when it never did. */
  readonly return: number
  /** Where its invocation stands in its file, from 1. */
  readonly line?: number
}

/** A key's list in words, shortened in the middle: `[1 2 … 9]`. */
export function showElements(elements: readonly Value[] | undefined): string {
  if (elements === undefined) return 'unknown'
  const words = elements.map((element) => JSON.stringify(element))
  if (words.length <= mostShown) return `[${words.join(' ')}]`
  return `[${words.slice(0, 2).join(' ')} … ${words.slice(2 - mostShown).join(' ')}]`
}

/** Of a longer list the middle is left out. */
const mostShown = 12

/** A step in words: `append 3 to x`, `read x: [1 2]`. */
export function describeStep(step: MicroOperation): string {
  if (step.f === 'append') return `append ${JSON.stringify(step.element)} to ${step.key}`
  return `read ${step.key}: ${showElements(step.elements)}`
}

/** A transaction in words: who, what, and from when to when. */
export function describeTransaction({ client, outcome, operations, ...times }: Transaction): string {
  const where = times.line === undefined ? '' : `, line ${times.line}`
  const state = outcome === 'committed' ? '' : outcome === 'aborted' ? ', aborted' : ', outcome unknown'
  const end = times.return === Infinity ? 'never answered' : `to ${times.return}`
  const what = operations.length === 0 ? 'nothing' : operations.map(describeStep).join(', ')
  return `client ${client}  ${what}  (from ${times.call} ${end}${where}${state})`
}
