import type { Value } from '../history/value.ts'
import type { ReadAnomaly } from './anomaly.ts'
import type { Transaction } from './transaction.ts'
import { showElements } from './transaction.ts'

/** What a transaction knows of a key from its own steps. */
interface Known {
  /** The whole list, as it read it; `undefined` when it only appended. */
  readonly base: readonly Value[] | undefined
  /** What it appended since. */
  readonly own: readonly Value[]
}

const nothing: Known = { base: undefined, own: [] }

/** Reads of a transaction that contradict its own steps: earlier ones (internal) or later ones (future-read). */
export function internalAnomalies(transaction: Transaction): readonly ReadAnomaly[] {
  const { operations, outcome } = transaction
  if (outcome !== 'committed' || operations.length < 2) return []
  const anomalies: ReadAnomaly[] = []
  const known = new Map<string, Known>()
  for (const [at, step] of operations.entries()) {
    const { key } = step
    const before = known.get(key) ?? nothing
    if (step.f === 'append') {
      known.set(key, { base: before.base, own: [...before.own, step.element] })
    } else if (step.elements !== undefined) {
      const add = (name: 'internal' | 'future-read', words: string): void => {
        anomalies.push({ name, key, words, transactions: [transaction] })
      }
      const future = futureElement(transaction, at, key, step.elements)
      if (future !== undefined) add('future-read', `T0 read ${JSON.stringify(future)} before it appended it`)
      else if (!isExpected(step.elements, before)) {
        add(
          'internal',
          `T0 read ${showElements(step.elements)} where its own steps leave ${expected(before)}`,
        )
      }
      known.set(key, { base: step.elements, own: [] })
    }
  }
  return anomalies
}

function isExpected(elements: readonly Value[], { base, own }: Known): boolean {
  const start = elements.length - own.length
  if (start < 0 || own.some((element, at) => element !== elements[start + at])) return false
  if (base === undefined) return true
  return base.length === start && base.every((element, at) => element === elements[at])
}

function expected({ base, own }: Known): string {
  if (base !== undefined) return showElements([...base, ...own])
  return showElements(own).replace('[', '[… ')
}

/** An element that the transaction read and appended only later. */
function futureElement(
  { operations }: Transaction,
  at: number,
  key: string,
  elements: readonly Value[],
): Value | undefined {
  for (const step of operations.slice(at + 1)) {
    if (step.f === 'append' && step.key === key && elements.includes(step.element)) return step.element
  }
  return undefined
}
