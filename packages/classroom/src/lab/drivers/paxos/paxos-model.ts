import type { Fingerprint, Property, StateModel } from '@quorate/check'
import { type Decision, chosenIn, disagreement } from './chosen.ts'
import type { PaxosStep, Setting } from './cluster.ts'
import { valueOf } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { type Edge, LocalTable } from './local-table.ts'

/** What bounds a search. */
export interface PaxosScope extends Setting {
  /** Requests of clients, in all and for each proposer. */
  readonly requests: number
  readonly requestsEach: number
  /** Crashes, at any moment, and before and after each write. */
  readonly crashes: number
  readonly crashing: 'acceptors' | 'all'
  /** Do acceptances come back to proposers? Without, what is chosen is seen from the messages sent. */
  readonly acceptancesArrive: boolean
}

/** A state: messages are a set that only grows, each may arrive late, again, in any order, or never. */
export interface PaxosState {
  readonly locals: readonly number[]
  readonly sent: readonly number[]
  readonly decided: readonly Decision[]
  /** Requests made, by proposer. */
  readonly asked: readonly number[]
  readonly crashes: number
  /** Invariants that the last step has broken, as bits. */
  readonly broken: number
}

export interface PaxosAction {
  readonly node: number
  readonly message?: number
  readonly value?: string
  readonly crashAfter?: number
}

/** All that can happen to an implementation within a scope, for the model checker. */
export class PaxosModel implements StateModel<PaxosState, PaxosAction> {
  readonly properties: readonly Property<PaxosState>[]
  readonly table: LocalTable
  private readonly scope: PaxosScope
  private readonly invariants: readonly string[]

  constructor(code: Implementation, scope: PaxosScope, invariants: readonly string[]) {
    this.scope = scope
    this.invariants = invariants
    this.table = new LocalTable(code, scope)
    this.properties = invariants.map((name, i) => ({
      name,
      kind: 'always',
      holds: ({ broken }) => (broken & (1 << i)) === 0,
    }))
  }

  initialStates(): readonly PaxosState[] {
    const { table, scope } = this
    const locals = table.nodes.map((_, node) => table.firstLocal(node))
    const asked = Array.from({ length: scope.proposers }, () => 0)
    return [{ locals, sent: [], decided: [], asked, crashes: scope.crashes, broken: 0 }]
  }

  actions(state: PaxosState): readonly PaxosAction[] {
    // What comes after a breach may be blamed on it.
    if (state.broken !== 0) return []
    return [...this.requests(state), ...this.deliveries(state), ...this.crashes(state)]
  }

  next(state: PaxosState, action: PaxosAction): PaxosState | undefined {
    const { node, message, value, crashAfter } = action
    if (message === undefined && value === undefined) {
      const locals = state.locals.with(node, this.table.crashed(node, state.locals[node]!))
      return { ...state, locals, crashes: state.crashes - 1 }
    }
    const edge = this.edgeOf(state.locals, action)
    const sent = withNew(state.sent, edge.sent)
    const locals = state.locals.with(node, edge.local)
    const asked = value === undefined ? state.asked : state.asked.with(node, state.asked[node]! + 1)
    const decided = this.decisions(state, node, edge)
    const crashes = state.crashes - (crashAfter === undefined ? 0 : 1)
    const broken = state.broken | this.bitsOf(edge.broken)
    const next = { locals, sent, decided, asked, crashes, broken }
    const isVote = sent !== state.sent && edge.sent.some((number) => this.isAcceptance(number))
    if (!isVote && decided === state.decided) return next
    return this.agrees(next) ? next : { ...next, broken: broken | this.bitOf('agreement') }
  }

  encode({ locals, sent, decided, asked, crashes, broken }: PaxosState, into: Fingerprint): void {
    for (const local of locals) into.word(local)
    into.word(sent.length)
    for (const message of sent) into.word(message)
    for (const count of asked) into.word(count)
    into.word(crashes).word(broken)
    for (const { node, value } of decided) into.text(node).text(value)
  }

  stepOf({ node, message, value, crashAfter }: PaxosAction): PaxosStep {
    if (value !== undefined) return this.table.stepOf(node, { value }, crashAfter)
    if (message !== undefined) return this.table.stepOf(node, { message }, crashAfter)
    return { do: 'crash', node: this.table.nodes[node]! }
  }

  private requests(state: PaxosState): PaxosAction[] {
    const { proposers, requests, requestsEach } = this.scope
    const { locals, asked } = state
    if (asked.reduce((sum, count) => sum + count, 0) >= requests) return []
    return Array.from({ length: proposers }, (_, node) => node).flatMap((node) => {
      if (asked[node]! >= requestsEach) return []
      const value = valueOf(node + 1, asked[node]! + 1)
      return this.withCrashes(state, { node, value }, this.edgeOf(locals, { node, value }))
    })
  }

  private deliveries(state: PaxosState): PaxosAction[] {
    const { table } = this
    return state.sent.flatMap((message) => {
      const node = table.receiverOf(message)
      if (node < 0 || (!this.scope.acceptancesArrive && this.isAcceptance(message))) return []
      const edge = this.edgeOf(state.locals, { node, message })
      return edge.isIdle ? [] : this.withCrashes(state, { node, message }, edge)
    })
  }

  private crashes({ locals, crashes }: PaxosState): PaxosAction[] {
    if (crashes === 0) return []
    return locals.flatMap((local, node) =>
      this.mayCrash(node) && this.table.crashed(node, local) !== local ? [{ node }] : [],
    )
  }

  private withCrashes({ locals, crashes }: PaxosState, action: PaxosAction, edge: Edge): PaxosAction[] {
    if (crashes === 0 || !this.mayCrash(action.node)) return [action]
    const inside = edge.crashPoints.map((crashAfter) => ({ ...action, crashAfter }))
    return [action, ...inside.filter((crash) => this.matters(this.edgeOf(locals, crash), edge))]
  }

  /**
   * Does a crash inside lead to anything that is not looked at anyway? Who comes back with all that it knew, and has
   * only not sent something, is one whose messages are late for ever.
   */
  private matters(crash: Edge, whole: Edge): boolean {
    return !crash.isIdle && crash.local !== whole.local
  }

  private mayCrash(node: number): boolean {
    return this.scope.crashing === 'all' || node >= this.scope.proposers
  }

  private edgeOf(locals: readonly number[], { node, message, value, crashAfter }: PaxosAction): Edge {
    const local = locals[node]!
    return value === undefined
      ? this.table.delivered(node, local, message!, crashAfter)
      : this.table.asked(node, local, value, crashAfter)
  }

  private decisions({ decided }: PaxosState, node: number, edge: Edge): readonly Decision[] {
    const name = this.table.nodes[node]!
    const isKnown = (value: string): boolean => decided.some((it) => it.node === name && it.value === value)
    const fresh = edge.decided.filter((value) => !isKnown(value))
    return fresh.length === 0 ? decided : [...decided, ...fresh.map((value) => ({ node: name, value }))]
  }

  private isAcceptance(message: number): boolean {
    return this.table.messages.get(message).message.type === 'accepted'
  }

  private agrees({ sent, decided }: PaxosState): boolean {
    const messages = sent.map((message) => this.table.messages.get(message))
    const chosen = chosenIn(messages, this.scope.acceptors)
    if (chosen.length > 0) this.table.reached.add('agreement')
    return disagreement(chosen, decided) === undefined
  }

  private bitOf(invariant: string): number {
    return 1 << this.invariants.indexOf(invariant)
  }

  private bitsOf(invariants: readonly string[]): number {
    return invariants.reduce((bits, invariant) => bits | this.bitOf(invariant), 0)
  }
}

/** The same list if nothing of it is new. Sorted, so that equal sets are equal lists. */
function withNew(sent: readonly number[], more: readonly number[]): readonly number[] {
  const fresh = more.filter((message) => !sent.includes(message))
  return fresh.length === 0 ? sent : [...new Set([...sent, ...fresh])].sort((a, b) => a - b)
}
