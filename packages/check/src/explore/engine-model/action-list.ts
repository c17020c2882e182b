import type { NodeId } from '@quorate/core'
import { flightAction, nodeAction } from './actions.ts'
import { budgetAt, type ClusterState, cutAt, firstLocalAt, linkBit } from './cluster-state.ts'
import type { Components } from './components.ts'
import type { FactsTable } from './facts.ts'
import type { Mover } from './mover.ts'
import { type BudgetKind, budgetOf, type ResolvedScope } from './scope.ts'

/** Lists what may happen in a state. */
export class ActionList {
  private readonly components: Components
  private readonly facts: FactsTable
  private readonly scope: ResolvedScope
  private readonly mover: Mover
  private readonly orderOf: (flight: number) => number

  constructor(
    components: Components,
    facts: FactsTable,
    scope: ResolvedScope,
    mover: Mover,
    orderOf: (flight: number) => number,
  ) {
    this.components = components
    this.facts = facts
    this.scope = scope
    this.mover = mover
    this.orderOf = orderOf
  }

  of(state: ClusterState): number[] {
    const actions: number[] = []
    if (this.components.histories.get(state[0]!).violation !== undefined) return actions
    const left = this.components.budgets.get(state[budgetAt]!)
    this.addFlights(actions, state, left)
    for (let node = 1; node <= this.scope.replicas; node++) this.addAt(actions, state, left, node)
    this.addLinks(actions, state, left)
    return actions
  }

  private addFlights(actions: number[], state: ClusterState, left: readonly number[]): void {
    const mayDrop = left[budgetOf.drops]! > 0
    const mayRepeat = left[budgetOf.duplicates]! > 0
    const first = firstLocalAt + this.scope.replicas
    for (let i = first; i < state.length; i++) {
      const flight = state[i]!
      // Equal messages are next to each other, and so are those of one link.
      if (i > first && this.orderOf(state[i - 1]!) === this.orderOf(flight)) continue
      actions.push(flightAction('deliver', flight))
      if (mayDrop) actions.push(flightAction('drop', flight))
      if (mayRepeat && this.components.flights[flight]!.snapshot < 0)
        actions.push(flightAction('duplicate', flight))
    }
  }

  private addAt(actions: number[], state: ClusterState, left: readonly number[], node: NodeId): void {
    const number = state[firstLocalAt + node - 1]!
    const local = this.components.locals[number]!
    const may = (kind: BudgetKind): boolean => left[budgetOf[kind]]! > 0
    if (!local.running) {
      if (may('restarts')) actions.push(nodeAction('start', node))
      return
    }
    if (local.writing.length > 0) actions.push(nodeAction('persist', node))
    for (const timer of local.timers) {
      const budget = this.mover.timerBudget(timer)
      if (budget >= 0 && left[budget]! > 0)
        actions.push(nodeAction('timeout', node, this.mover.timerNumber(timer)))
    }
    if (may('proposals') && this.isAsked(number)) actions.push(nodeAction('propose', node))
    if (may('reads') && this.isAsked(number)) actions.push(nodeAction('read', node))
    if (may('snapshots') && local.appliedIndex > (local.snapshots.at(-1)?.index ?? 0)) {
      actions.push(nodeAction('snapshot', node))
    }
    if (!may('crashes')) return
    for (let keep = 0; keep <= local.writing.length; keep++) actions.push(nodeAction('crash', node, keep))
  }

  private addLinks(actions: number[], state: ClusterState, left: readonly number[]): void {
    const bits = state[cutAt]!
    if (bits === 0 && left[budgetOf.cuts] === 0) return
    for (let a = 1; a <= this.scope.replicas; a++) {
      for (let b = a + 1; b <= this.scope.replicas; b++) {
        if ((bits & linkBit(a, b)) !== 0) actions.push(nodeAction('heal', a, b))
        else if (left[budgetOf.cuts]! > 0) actions.push(nodeAction('cut', a, b))
      }
    }
  }

  private isAsked(local: number): boolean {
    return this.scope.clients === 'all' || this.facts.of(local).seen?.established === true
  }
}
