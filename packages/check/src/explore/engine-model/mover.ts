import { assert, type NodeId, QuorateError } from '@quorate/core'
import type { Move } from '@quorate/sim'
import { PairMap } from '../store/pair-map.ts'
import { actionKinds, detailOf, flightOf, kindNumber, kindOf, nodeOf } from './actions.ts'
import type { ClusterWork } from './cluster-work.ts'
import type { Components } from './components.ts'
import { type BudgetKind, budgetKinds, budgetOf, type ResolvedScope } from './scope.ts'
import type { LocalInput, StepTable } from './step-table.ts'

/** Actions that are an input at one replica. */
type LocalKind = 'timeout' | 'propose' | 'read' | 'crash' | 'start' | 'snapshot'

/** Makes moves in a cluster at work, and spends the budgets that they cost. */
export class Mover {
  /** Budgets as they are at the start. */
  readonly fullBudget: number
  private readonly components: Components
  private readonly steps: StepTable
  private readonly scope: ResolvedScope
  private readonly spent = new PairMap()
  private readonly timerNames: string[] = []
  private readonly timerNumbers = new Map<string, number>()
  /** Requests made by the moves that the exploration starts from. */
  private given = 0
  /** Codes of inputs, by kind of action and detail: asked for at every step. */
  private readonly codes: number[][] = actionKinds.map(() => [])

  constructor(components: Components, steps: StepTable, scope: ResolvedScope) {
    this.components = components
    this.steps = steps
    this.scope = scope
    this.fullBudget = components.budgets.intern(scope.budgets)
  }

  /** Numbers a timer's name. */
  timerNumber(name: string): number {
    let number = this.timerNumbers.get(name)
    if (number === undefined) {
      number = this.timerNames.length
      this.timerNames.push(name)
      this.timerNumbers.set(name, number)
    }
    return number
  }

  /** The position of the budget that a run of that timer costs; -1 if it never runs out. */
  timerBudget(name: string): number {
    const { timers } = this.scope
    if (timers === undefined) return budgetKinds.length
    const position = timers.indexOf(name)
    return position < 0 ? -1 : budgetKinds.length + position
  }

  /** Makes an action of the exploration. */
  make(work: ClusterWork, action: number): void {
    const left = this.components.budgets.get(work.budget)
    this.perform(work, action, left)
    if (work.changed && !work.isBroken && this.completesAtOnce(work)) work.completeWrites()
  }

  /** The same action as a move, in the cluster as it is before it. */
  moveOf(work: ClusterWork, action: number): Move {
    const kind = kindOf(action)
    const node = nodeOf(action)
    const detail = detailOf(action)
    switch (kind) {
      case 'deliver':
      case 'drop':
      case 'duplicate':
        return { type: kind, ...this.placeOf(work, flightOf(action)) }
      case 'timeout':
        return { type: kind, node, timer: this.timerNames[detail]! }
      case 'propose':
        return { type: kind, node, data: this.dataOf(this.components.budgets.get(work.budget)) }
      case 'read':
        return { type: kind, node, mode: 'linearizable' }
      case 'crash':
        return detail === 0 ? { type: kind, node } : { type: kind, node, keep: detail }
      case 'cut':
      case 'heal':
        return { type: kind, a: node, b: detail }
      case 'persist':
      case 'start':
      case 'snapshot':
        return { type: kind, node }
    }
  }

  /**
   * Plays the moves that the exploration starts from, as they are, and gives them with the writes that then complete at
   * once. One that
   * does not apply is a `QuorateError` with code `USAGE`.
   */
  playFrom(work: ClusterWork): Move[] {
    this.given = 0
    this.scope.from.forEach((move, i) => {
      if (this.play(work, move)) return
      throw new QuorateError(
        'USAGE',
        `explore: move ${i + 1} of from, ${JSON.stringify(move)}, does not apply there`,
      )
    })
    work.extraMoves.length = 0
    if (this.completesAtOnce(work)) work.completeWrites()
    return [...this.scope.from, ...work.extraMoves]
  }

  private completesAtOnce(work: ClusterWork): boolean {
    const { writes } = this.scope
    if (writes !== 'by-crashes') return writes === 'at-once'
    return this.components.budgets.get(work.budget)[budgetOf.crashes] === 0
  }

  private perform(work: ClusterWork, action: number, left: readonly number[]): void {
    const kind = kindOf(action)
    const node = nodeOf(action)
    const detail = detailOf(action)
    switch (kind) {
      case 'deliver':
        work.arrive(flightOf(action), false)
        // On links that keep order even a message of no effect must go, or it would be in the way.
        if (this.scope.keepsOrder) work.changed = true
        return
      case 'drop':
        work.lose(flightOf(action))
        return this.spend(work, 'drops')
      case 'duplicate':
        work.arrive(flightOf(action), true)
        return this.spend(work, 'duplicates')
      case 'timeout': {
        const timer = this.timerNames[detail]!
        work.step(node, this.code('timeout', detail, timer))
        return this.spendAt(work, this.timerBudget(timer))
      }
      case 'persist':
        return work.completeWrite(node)
      case 'propose': {
        const code = this.steps.codeOf({
          type: kind,
          sequence: this.nextSequence(left),
          data: this.dataOf(left),
        })
        work.step(node, code)
        return this.spend(work, 'proposals')
      }
      case 'read':
        work.step(node, this.code(kind, work.budget, '', left))
        return this.spend(work, 'reads')
      case 'crash':
        work.crash(node, this.code(kind, detail))
        return this.spend(work, 'crashes')
      case 'start':
        work.start(node, this.code(kind, 0))
        return this.spend(work, 'restarts')
      case 'cut':
        work.cutLink(node, detail)
        return this.spend(work, 'cuts')
      case 'heal':
        return work.healLink(node, detail)
      case 'snapshot':
        work.step(node, this.code(kind, 0))
        return this.spend(work, 'snapshots')
    }
  }

  private code(kind: LocalKind, detail: number, timer = '', left: readonly number[] = []): number {
    const codes = this.codes[kindNumber[kind]]!
    return (codes[detail] ??= this.steps.codeOf(this.inputOf(kind, detail, timer, left)))
  }

  private inputOf(kind: LocalKind, detail: number, timer: string, left: readonly number[]): LocalInput {
    switch (kind) {
      case 'timeout':
        return { type: kind, timer }
      case 'propose':
        return { type: kind, sequence: this.nextSequence(left), data: this.dataOf(left) }
      case 'read':
        return { type: kind, sequence: this.nextSequence(left) }
      case 'crash':
        return { type: kind, keep: detail }
      case 'start':
      case 'snapshot':
        return { type: kind }
    }
  }

  /** Plays a given move, without a budget. False if it does not apply. */
  private play(work: ClusterWork, move: Move): boolean {
    switch (move.type) {
      case 'deliver':
      case 'drop':
      case 'duplicate': {
        const flights = work.flights.filter((number) => this.isBetween(number, move.from, move.to))
        const flight = flights[move.position]
        if (flight === undefined) return false
        if (move.type === 'drop') work.lose(flight)
        else work.arrive(flight, move.type === 'duplicate')
        return true
      }
      case 'cut':
        work.cutLink(move.a, move.b)
        return true
      case 'heal':
        work.healLink(move.a, move.b)
        return true
      case 'block':
      case 'unblock':
      case 'clock':
      case 'wait':
        return false
      case 'start':
      case 'crash':
      case 'timeout':
      case 'persist':
      case 'propose':
      case 'read':
      case 'reconfigure':
      case 'transfer':
      case 'snapshot':
        return this.playAt(work, move)
    }
  }

  private playAt(
    work: ClusterWork,
    move: Exclude<Extract<Move, { readonly node: NodeId }>, { readonly type: 'clock' }>,
  ): boolean {
    const { node } = move
    if (work.locals[node - 1] === undefined || work.isRunning(node) === (move.type === 'start')) return false
    switch (move.type) {
      case 'start':
        work.start(node, this.steps.codeOf({ type: 'start' }))
        return true
      case 'crash':
        work.crash(node, this.steps.codeOf({ type: 'crash', keep: move.keep ?? 0 }))
        return true
      case 'persist':
        if (work.writes(node) === 0) return false
        work.completeWrite(node)
        return true
      case 'timeout': {
        const local = this.components.locals[work.locals[node - 1]!]!
        if (!local.timers.includes(move.timer)) return false
        work.step(node, this.steps.codeOf({ type: 'timeout', timer: move.timer }))
        return true
      }
      case 'propose':
        work.step(node, this.steps.codeOf({ type: 'propose', sequence: ++this.given, data: move.data }))
        return true
      case 'read':
        if (move.mode !== 'linearizable') return false
        work.step(node, this.steps.codeOf({ type: 'read', sequence: ++this.given }))
        return true
      case 'snapshot':
        work.step(node, this.steps.codeOf({ type: 'snapshot' }))
        return true
      case 'reconfigure':
      case 'transfer':
        return false
    }
  }

  private spend(work: ClusterWork, kind: BudgetKind): void {
    this.spendAt(work, budgetOf[kind])
  }

  private spendAt(work: ClusterWork, position: number): void {
    let next = this.spent.get(work.budget, position)
    if (next === undefined) {
      const { budgets } = this.components
      const left = budgets.get(work.budget)
      assert(left[position]! > 0, 'a budget that is used up is not spent', { position })
      next = budgets.intern(left.with(position, left[position]! - 1))
      this.spent.set(work.budget, position, next)
    }
    work.budget = next
  }

  private used(left: readonly number[], kind: BudgetKind): number {
    return this.scope.budgets[budgetOf[kind]]! - left[budgetOf[kind]]!
  }

  /** Requests are numbered over the whole cluster, as an `EngineCluster` does. */
  private nextSequence(left: readonly number[]): number {
    return this.given + this.used(left, 'proposals') + this.used(left, 'reads') + 1
  }

  private dataOf(left: readonly number[]): string {
    return `v${this.used(left, 'proposals') + 1}`
  }

  /** Where a message is among those under way on its path: of equal ones the oldest. */
  private placeOf(work: ClusterWork, flight: number): { from: NodeId; to: NodeId; position: number } {
    const { from, to } = this.components.flights[flight]!
    const position = work.flights.filter((number) => this.isBetween(number, from, to)).indexOf(flight)
    assert(position >= 0, 'a message that arrives is under way', { from, to })
    return { from, to, position }
  }

  private isBetween(flight: number, from: NodeId, to: NodeId): boolean {
    const known = this.components.flights[flight]!
    return known.from === from && known.to === to
  }
}
