import { drawPlan } from '../faults/draw-plan.ts'
import { faultKinds } from '../faults/fault-kind.ts'
import { Random } from '../random/random.ts'

/** What a field of a fault may hold. */
export interface FaultField {
  readonly type: 'number' | 'boolean' | 'list'
  /** Its numbers are replicas. */
  readonly isNode: boolean
  /** Between which numbers it is drawn, if it is neither a replica nor a word. */
  readonly least: number
  readonly most: number
  /** Words that may stand there, instead of a number if `type` is one. */
  readonly words: readonly string[]
}

/** The fields of a kind of fault, in the order in which they are drawn. */
export type FaultForm = ReadonlyMap<string, FaultField>

/** Draws of each kind: so many that every word of every field comes up. */
const samples = 40
/** Numbers that nothing but a replica has. */
const nodes = [900_001, 900_002, 900_003, 900_004, 900_005]

let learned: ReadonlyMap<string, FaultForm> | undefined

/**
 * The fields of every kind of planned fault, and what they may hold: learned from what plans are drawn like, so a new
 * kind of fault needs no description besides its own draw.
 */
export function faultForms(): ReadonlyMap<string, FaultForm> {
  learned ??= learn()
  return learned
}

function learn(): ReadonlyMap<string, FaultForm> {
  const values = new Map<string, Map<string, unknown[]>>()
  for (const kind of faultKinds) {
    for (let seed = 1; seed <= samples; seed++) {
      const plan = drawPlan(new Random(seed), new Set([kind]), {
        nodes,
        duration: 1000,
        electionTimeout: 100,
      })
      for (const { action } of plan) note(values, action)
    }
  }
  return new Map([...values].map(([kind, fields]) => [kind, formOf(fields)]))
}

function note(values: Map<string, Map<string, unknown[]>>, action: { readonly kind: string }): void {
  const fields = values.get(action.kind) ?? new Map<string, unknown[]>()
  values.set(action.kind, fields)
  for (const [name, value] of Object.entries(action)) {
    if (name !== 'kind') fields.set(name, [...(fields.get(name) ?? []), value])
  }
}

function formOf(fields: ReadonlyMap<string, readonly unknown[]>): FaultForm {
  return new Map([...fields].map(([name, values]) => [name, fieldOf(values)]))
}

function fieldOf(values: readonly unknown[]): FaultField {
  const flat = values.flat()
  const numbers = flat.filter((value) => typeof value === 'number')
  const words = [...new Set(flat.filter((value) => typeof value === 'string'))].sort()
  const isList = values.some((value) => Array.isArray(value))
  return {
    type: isList ? 'list' : values.some((value) => typeof value === 'boolean') ? 'boolean' : 'number',
    isNode: numbers.length > 0 && numbers.every((value) => nodes.includes(value)),
    least: Math.min(...numbers),
    most: Math.max(...numbers),
    words,
  }
}
