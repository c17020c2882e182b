import { QuorateError } from '@quorate/core'
import type { AnyEngineDefinition } from '@quorate/core'
import type { Move } from '@quorate/sim'

/** What may happen in a cluster of engines, and how often. What is not given does not happen at all, but for deliveries. */
export interface EngineScope {
  /** How many replicas, all voters: 1 to 7. */
  readonly replicas: number
  /** Commands that clients propose. Default: 0. */
  readonly proposals?: number
  /** Linearizable reads that clients begin. Default: 0. */
  readonly reads?: number
  /** Default: 0. Each leaves any number of the oldest writes under way done. */
  readonly crashes?: number
  /** Starts of crashed replicas. Default: as many as crashes. */
  readonly restarts?: number
  /** Messages lost. Only where links do not keep order; there it saves nothing but space, for a message may also be late for ever. Default: 0. */
  readonly drops?: number
  /** Messages that arrive twice. Only where links do not keep order. Default: 0. */
  readonly duplicates?: number
  /** Links that break: what is under way is lost, both ends are told. Healing is free. Default: 0. */
  readonly cuts?: number
  /** Snapshots that are built. Default: 0. */
  readonly snapshots?: number
  /** How often timers run out: in all, or for each name (names left out never do). Default: 3 in all. */
  readonly timeouts?: number | Readonly<Record<string, number>>
  /** Steps that take a replica to a later epoch than this are left out. Default: no bound. */
  readonly maxEpoch?: number
  /** `unordered`: any message under way may arrive next. `fifo`: each link keeps order. Default: what the engine needs. */
  readonly links?: 'fifo' | 'unordered'
  /**
   * When writes become durable. `choice`: at any time. `at-once`: before anything else happens. Default: `choice` as
   * long as a crash is left to happen, and `at-once` from then on.
   */
  readonly writes?: 'choice' | 'at-once'
  /** Where clients ask: at any running replica, or only at established leaders. Default: `leaders`. */
  readonly clients?: 'leaders' | 'all'
  /**
   * Explore from the state that these moves lead to, none of which changes members. They are not counted in the budgets.
   * Default: from the start.
   */
  readonly from?: readonly Move[]
}

/** A scope with its defaults filled in. */
export interface ResolvedScope {
  readonly replicas: number
  /** In the order of {@link budgetKinds}, and then one for each name of timer, or one for all. */
  readonly budgets: readonly number[]
  /** Timers that have budgets of their own; undefined if one budget is for all. */
  readonly timers: readonly string[] | undefined
  readonly maxEpoch: number
  readonly keepsOrder: boolean
  readonly writes: 'choice' | 'at-once' | 'by-crashes'
  readonly clients: 'leaders' | 'all'
  readonly from: readonly Move[]
}

/** What budgets there are besides those of timers. */
export const budgetKinds = [
  'proposals',
  'reads',
  'crashes',
  'restarts',
  'drops',
  'duplicates',
  'cuts',
  'snapshots',
] as const

export type BudgetKind = (typeof budgetKinds)[number]

/** The position of a budget in a list of them. */
export const budgetOf: Readonly<Record<BudgetKind, number>> = Object.fromEntries(
  budgetKinds.map((kind, i) => [kind, i]),
) as Record<BudgetKind, number>

/** More replicas have more orders than renaming can go through. */
const mostReplicas = 7

/** Fills in the defaults. A scope that cannot be is a `QuorateError` with code `USAGE`. */
export function resolveScope(engine: AnyEngineDefinition, scope: EngineScope): ResolvedScope {
  const { replicas, timeouts = 3, links } = scope
  if (!(Number.isInteger(replicas) && replicas >= 1 && replicas <= mostReplicas)) {
    throw usage(`replicas is ${replicas}, expected 1 to ${mostReplicas}`)
  }
  const { maxEpoch = Infinity } = scope
  if (!(maxEpoch >= 1)) throw usage(`maxEpoch is ${maxEpoch}, expected 1 or more`)
  oneOf('links', links, ['fifo', 'unordered'])
  oneOf('writes', scope.writes, ['choice', 'at-once'])
  oneOf('clients', scope.clients, ['leaders', 'all'])
  if (engine.links === 'fifo') refuseForOrder(engine, scope)
  const counts = budgetKinds.map((kind) =>
    count(kind, scope[kind] ?? (kind === 'restarts' ? scope.crashes : 0) ?? 0),
  )
  const named = typeof timeouts === 'number' ? undefined : Object.entries(timeouts)
  const timerBudgets = named?.map(([name, times]) => count(`timeouts of ${name}`, times)) ?? [
    count('timeouts', timeouts as number),
  ]
  return {
    replicas,
    budgets: [...counts, ...timerBudgets],
    timers: named?.map(([name]) => name),
    maxEpoch,
    keepsOrder: (links ?? engine.links) === 'fifo',
    writes: scope.writes ?? 'by-crashes',
    clients: scope.clients ?? 'leaders',
    from: scope.from ?? [],
  }
}

/** What bounds a scope, in words. */
export function describeScope(engine: AnyEngineDefinition, scope: ResolvedScope): string[] {
  const { replicas, budgets, timers, maxEpoch, writes } = scope
  const budgetWords = budgetKinds.flatMap((kind, i) => (budgets[i]! > 0 ? [countOf(budgets[i]!, kind)] : []))
  const without = budgetKinds.filter((_, i) => budgets[i] === 0)
  const timerWords =
    timers?.map((name, i) => `${budgets[budgetKinds.length + i]} times ${name}`).join(', ') ??
    `${budgets.at(-1)} in all`
  const writeWords = {
    choice: 'become durable at any time after they were made',
    'at-once': 'become durable before anything else happens',
    'by-crashes':
      'become durable at any time while a crash is left to happen, and from then on before anything else happens',
  }
  return [
    `${replicas} replicas of ${engine.name}`,
    ...budgetWords,
    ...(without.length > 0 ? [`no ${without.join(', ')}`] : []),
    `timers run out: ${timerWords}`,
    maxEpoch === Infinity ? 'any epoch' : `epochs up to ${maxEpoch}`,
    scope.keepsOrder ? 'links keep order' : 'messages arrive in any order, late, or never',
    `writes ${writeWords[writes]}`,
    scope.clients === 'all' ? 'clients ask any replica' : 'clients ask established leaders',
    'the clock stands still: leases are not explored',
    ...(scope.from.length > 0 ? [`from the state after ${scope.from.length} given moves`] : []),
  ]
}

/** `1 crash`, `2 crashes`. */
function countOf(times: number, kind: BudgetKind): string {
  if (times !== 1) return `${times} ${kind}`
  return `1 ${kind === 'crashes' ? 'crash' : kind.slice(0, -1)}`
}

function refuseForOrder(engine: AnyEngineDefinition, scope: EngineScope): void {
  const { links, drops = 0, duplicates = 0 } = scope
  if (links === 'unordered') throw usage(`${engine.name} needs links that keep order`)
  if (drops > 0 || duplicates > 0) {
    throw usage(
      `${engine.name} needs links that keep order: nothing is lost or repeated on them; give cuts instead`,
    )
  }
}

function oneOf(what: string, value: string | undefined, known: readonly string[]): void {
  if (value === undefined || known.includes(value)) return
  throw usage(`${what} is ${value}, expected ${known.join(' or ')}`)
}

function count(what: string, value: number): number {
  if (Number.isInteger(value) && value >= 0) return value
  throw usage(`${what} is ${value}, expected a whole number, 0 or more`)
}

function usage(problem: string): QuorateError {
  return new QuorateError('USAGE', `explore: ${problem}`)
}
