import { type AnyEngineDefinition, majorityOf, type Membership, type NodeId } from '@quorate/core'
import type { Move } from '@quorate/sim'
import type { Path } from '../model/model-report.ts'
import type { Property, StateModel, StatePacking } from '../model/state-model.ts'
import type { Fingerprint } from '../store/fingerprint.ts'
import { ActionList } from './action-list.ts'
import { type ClusterState, firstLocalAt } from './cluster-state.ts'
import { ClusterWork } from './cluster-work.ts'
import { Components } from './components.ts'
import { emptyDisk } from './disk.ts'
import type { EngineRules } from './engine-rules.ts'
import { FactsTable } from './facts.ts'
import type { Violation } from './history.ts'
import { Invariants } from './invariants.ts'
import { Mover } from './mover.ts'
import { type EngineScope, resolveScope, type ResolvedScope } from './scope.ts'
import { StepTable } from './step-table.ts'
import { flightOrder, insert } from './flight-order.ts'
import { Symmetry } from './symmetry.ts'

/**
 * The states of a cluster of real engines: their captured states, disks, writes under way, timers, and messages under
 * way, with a small history to judge them by. What can happen is a `Move`, and means what it means to an `EngineCluster`.
 */
export class EngineModel implements StateModel<ClusterState, number> {
  readonly scope: ResolvedScope
  readonly components: Components = new Components()
  readonly properties: readonly Property<ClusterState>[]
  readonly packing: StatePacking<ClusterState> = {
    pack: (state, put) => {
      for (let i = 0; i < state.length; i++) put(state[i]!)
    },
    unpack,
  }
  /** The moves that lead to the initial state: those given, and the writes that completed at once. */
  readonly preamble: readonly Move[]
  private readonly membership: Membership
  private readonly steps: StepTable
  private readonly facts: FactsTable
  private readonly invariants: Invariants
  private readonly work: ClusterWork
  private readonly mover: Mover
  private readonly list: ActionList
  private readonly symmetry: Symmetry | undefined
  private readonly orderOf: (flight: number) => number
  private readonly beginning: ClusterState

  constructor(
    definition: AnyEngineDefinition,
    scope: EngineScope,
    options: { readonly rules?: EngineRules; readonly symmetry?: boolean } = {},
  ) {
    const { components } = this
    const { rules = {}, symmetry = false } = options
    this.scope = resolveScope(definition, scope)
    const { replicas } = this.scope
    this.membership = majorityOf(Array.from({ length: replicas }, (_, i) => i + 1))
    this.steps = new StepTable(components, definition, this.membership, rules)
    this.facts = new FactsTable(components, definition, this.membership)
    const matchesLogs = rules.logMatching ?? definition.acceptance !== 'slot'
    this.invariants = new Invariants(components, this.facts, this.membership, replicas, matchesLogs)
    this.work = new ClusterWork(components, this.steps, replicas)
    this.mover = new Mover(components, this.steps, this.scope)
    this.orderOf = flightOrder(components, this.scope.keepsOrder)
    this.list = new ActionList(components, this.facts, this.scope, this.mover, this.orderOf)
    this.symmetry = symmetry
      ? new Symmetry(components, definition, replicas, this.scope.keepsOrder)
      : undefined
    this.properties = [
      {
        name: 'safety',
        kind: 'always',
        holds: (state) => this.violationOf(state) === undefined,
        explain: (state) => this.violationOf(state)!.message,
      },
    ]
    this.start()
    this.preamble = this.mover.playFrom(this.work)
    this.beginning = this.sorted()
  }

  initialStates(): ClusterState[] {
    return [this.beginning]
  }

  actions(state: ClusterState): readonly number[] {
    return this.list.of(state)
  }

  next(state: ClusterState, action: number): ClusterState | undefined {
    const { work } = this
    work.load(state)
    this.mover.make(work, action)
    if (!work.changed || this.isBeyond()) return undefined
    return this.sorted()
  }

  encode(state: ClusterState, into: Fingerprint): void {
    for (let i = 0; i < state.length; i++) into.word(state[i]!)
  }

  representative(state: ClusterState): ClusterState {
    return this.symmetry?.representative(state) ?? state
  }

  /** What is wrong with a state; undefined if nothing is. */
  violationOf(state: ClusterState): Violation | undefined {
    return this.invariants.violationOf(state)
  }

  /** A path as moves, from the start of the cluster: replayed, they lead to the same state. */
  movesOf(path: Path<ClusterState, number>): Move[] {
    const moves: Move[] = []
    this.start()
    this.mover.playFrom(this.work)
    for (const { action } of path.steps) {
      this.work.changed = false
      this.work.extraMoves.length = 0
      moves.push(this.mover.moveOf(this.work, action))
      this.mover.make(this.work, action)
      moves.push(...this.work.extraMoves)
    }
    return [...this.preamble, ...moves]
  }

  /** Loads a cluster in which each replica has just been started, one after the other. */
  private start(): void {
    const { work, components, scope } = this
    const down = (node: NodeId): number =>
      components.internLocal({
        node,
        running: false,
        state: undefined,
        disk: emptyDisk,
        incarnation: 0,
        writing: [],
        timers: [],
        appliedIndex: 0,
        appliedEpoch: 0,
        snapshots: [],
      })
    const locals = Array.from({ length: scope.replicas }, (_, i) => down(i + 1))
    work.load([0, this.mover.fullBudget, 0, ...locals])
    const code = this.steps.codeOf({ type: 'start' })
    for (let node = 1; node <= scope.replicas; node++) work.start(node, code)
  }

  /** Has a replica gone to an epoch that is out of scope? */
  private isBeyond(): boolean {
    const { maxEpoch } = this.scope
    if (maxEpoch === Infinity) return false
    return this.work.locals.some((local) => (this.facts.of(local).seen?.epoch ?? 0) > maxEpoch)
  }

  /** The state at work with the messages under way in an order that does not depend on how it was reached. */
  private sorted(): ClusterState {
    const { work, scope } = this
    const state = work.read()
    const first = firstLocalAt + scope.replicas
    const count = state.length
    state.length = first
    for (let i = 0; i < count - first; i++) insert(state, first, work.flights[i]!, this.orderOf)
    return state
  }
}

function unpack(words: Int32Array): ClusterState {
  const state: number[] = []
  for (let i = 0; i < words.length; i++) state.push(words[i]!)
  return state
}
