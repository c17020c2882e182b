import type { Fingerprint, Property, StateModel } from '@quorate/check'
import type { Plain } from '@quorate/core'
import type { ActorSystem } from './actor.ts'
import { ActorTable } from './actor-table.ts'
import { Orbits } from './orbits.ts'
import { type BitSet, bitsOf, hasBit, withBits } from './bit-set.ts'

/**
 * A state of an {@link ActorSystem}. Messages are a set that only grows, as in the TLA+ specifications of Paxos: each
 * may be received late, again, in any order, or never, which covers loss, duplication and reordering. Numbers are those
 * of the {@link ActorTable}.
 */
export interface SystemState {
  /** By actor: its memory and disk. */
  readonly locals: readonly number[]
  readonly sent: BitSet
  /** What clients saw, in order. */
  readonly history: number
  /** How many may still happen. */
  readonly crashes: number
}

/** One step of one actor. */
export type SystemAction =
  | { readonly type: 'receive'; readonly actor: number; readonly message: number }
  | { readonly type: 'move'; readonly actor: number; readonly move: number }
  | { readonly type: 'crash'; readonly actor: number }

/** What a property looks at. */
export interface SystemView<Message> {
  readonly sent: readonly Message[]
  memory(actor: number): Plain
  readonly history: readonly Plain[]
}

/** A property of a system's states. */
export interface SystemProperty<Message> {
  readonly name: string
  readonly kind: 'always' | 'sometimes'
  /** What is wrong, in words, or for `sometimes` what has not come about; undefined: it holds. */
  problem(view: SystemView<Message>): string | undefined
}

/** Walks the real roles of a protocol through everything that can happen within a scope. */
export class ActorModel<Message> implements StateModel<SystemState, SystemAction> {
  readonly properties: readonly Property<SystemState>[]
  private readonly system: ActorSystem<Message>
  private readonly table: ActorTable<Message>
  private readonly orbits: Orbits<Message>

  constructor(system: ActorSystem<Message>, properties: readonly SystemProperty<Message>[]) {
    this.system = system
    this.table = new ActorTable(system.actors)
    this.orbits = new Orbits(system.actors, this.table)
    this.properties = properties.map((property) => ({
      name: property.name,
      kind: property.kind,
      holds: (state) => property.problem(this.view(state)) === undefined,
      explain: (state) => property.problem(this.view(state)) ?? '',
    }))
  }

  initialStates(): readonly SystemState[] {
    const { actors, sent, crashes } = this.system
    const { table } = this
    return [
      {
        locals: actors.map((_, i) => table.firstLocal(i)),
        sent: withBits(
          [],
          sent.map((message) => table.messages.idOf(message)),
        ),
        history: table.histories.idOf([]),
        crashes,
      },
    ]
  }

  actions({ locals, sent, crashes }: SystemState): readonly SystemAction[] {
    const { table } = this
    const actions: SystemAction[] = []
    const messages = bitsOf(sent)
    locals.forEach((local, actor) => {
      table.moves(actor, local).forEach((_, move) => actions.push({ type: 'move', actor, move }))
      for (const message of messages) {
        if (table.reaction(actor, local, message) !== undefined) {
          actions.push({ type: 'receive', actor, message })
        }
      }
      if (crashes > 0 && table.restarted(actor, local) !== local) actions.push({ type: 'crash', actor })
    })
    return actions
  }

  next(state: SystemState, action: SystemAction): SystemState | undefined {
    const { actor } = action
    const local = state.locals[actor]!
    if (action.type === 'crash') {
      const locals = state.locals.with(actor, this.table.restarted(actor, local))
      return { ...state, locals, crashes: state.crashes - 1 }
    }
    const step =
      action.type === 'move'
        ? this.table.moves(actor, local)[action.move]
        : this.table.reaction(actor, local, action.message)
    if (step === undefined) return undefined
    const sent = withBits(state.sent, step.send)
    if (step.local === local && sent === state.sent && step.event === undefined) return undefined
    const history = this.table.historyWith(state.history, step.event)
    return { locals: state.locals.with(actor, step.local), sent, history, crashes: state.crashes }
  }

  encode({ locals, sent, history, crashes }: SystemState, into: Fingerprint): void {
    for (const local of locals) into.word(local)
    for (const word of sent) into.word(word)
    into.word(history).word(crashes)
  }

  /** Acceptors are interchangeable. */
  representative(state: SystemState): SystemState {
    return this.orbits.representative(state)
  }

  view({ locals, sent, history }: SystemState): SystemView<Message> {
    const { table } = this
    return {
      sent: bitsOf(sent).map((message) => table.messages.get(message)),
      memory: (actor) => table.memoryOf(actor, locals[actor]!),
      history: table.histories.get(history),
    }
  }

  /** What `action` does, for people: who, what with, and which messages are new. */
  explain(before: SystemState, action: SystemAction, after: SystemState): ExplainedStep<Message> {
    const { table, system } = this
    const sent = bitsOf(after.sent).filter((message) => !hasBit(before.sent, message))
    return {
      actor: system.actors[action.actor]!.name,
      received: action.type === 'receive' ? table.messages.get(action.message) : undefined,
      label:
        action.type === 'move'
          ? table.moves(action.actor, before.locals[action.actor]!)[action.move]!.label
          : undefined,
      sent: sent.map((message) => table.messages.get(message)),
      event: after.history === before.history ? undefined : table.histories.get(after.history).at(-1),
    }
  }
}

/** One step of a path; neither a message nor a label: a crash and a restart. */
export interface ExplainedStep<Message> {
  readonly actor: string
  readonly received: Message | undefined
  readonly label: string | undefined
  readonly sent: readonly Message[]
  readonly event: Plain
}
