import type { Plain } from '@quorate/core'
import type { Actor, ActorTurn } from './actor.ts'
import { Interner } from './interner.ts'
import type { Renaming } from './orbits.ts'
import { type Rename, renameAcceptors } from './symmetry.ts'

/** What an actor in some state of its own makes of something, in numbers. */
export interface Reaction {
  /** Its next memory and disk. */
  readonly local: number
  /** Messages sent. */
  readonly send: readonly number[]
  readonly event: Plain
}

interface Local {
  readonly memory: Plain
  readonly disk: Plain
}

/** By number; `null`: worked out, and nothing comes of it. */
type Known<T> = (T | null | undefined)[]

/**
 * Everything that actors, messages and histories can be, numbered, and each step of an actor worked out once: an actor is
 * in far fewer states than the system is, so the code of the protocol is called rarely.
 */
export class ActorTable<Message> {
  readonly messages: Interner<Message> = new Interner()
  readonly histories: Interner<readonly Plain[]> = new Interner()
  private readonly actors: readonly Actor<Message>[]
  private readonly locals: readonly Interner<Local>[]
  private readonly reactions: readonly Known<Known<Reaction>>[]
  private readonly movesOf: readonly Known<readonly LabelledReaction[]>[]
  private readonly restarts: readonly Known<number>[]
  /** By renaming, actor and number. */
  private readonly renamedLocals: Known<number>[][] = []
  /** By renaming and number. */
  private readonly renamedMessages: Known<number>[] = []

  constructor(actors: readonly Actor<Message>[]) {
    this.actors = actors
    this.locals = actors.map(() => new Interner())
    this.reactions = actors.map(() => [])
    this.movesOf = actors.map(() => [])
    this.restarts = actors.map(() => [])
  }

  firstLocal(actor: number): number {
    return this.locals[actor]!.idOf({ memory: this.actors[actor]!.start(undefined), disk: undefined })
  }

  memoryOf(actor: number, local: number): Plain {
    return this.locals[actor]!.get(local).memory
  }

  /** Undefined if the message changes nothing in that state. */
  reaction(actor: number, local: number, message: number): Reaction | undefined {
    const known = (this.reactions[actor]![local] ??= [])
    const found = known[message]
    if (found !== undefined) return found ?? undefined
    const { memory } = this.locals[actor]!.get(local)
    const turn = this.actors[actor]!.receive(memory, this.messages.get(message))
    const reaction = turn === undefined ? null : this.numbered(actor, local, turn)
    const isIdle = reaction === null || (reaction.local === local && reaction.send.length === 0)
    known[message] = isIdle ? null : reaction
    return known[message] ?? undefined
  }

  moves(actor: number, local: number): readonly LabelledReaction[] {
    return (this.movesOf[actor]![local] ??= this.actors[actor]!.moves(
      this.locals[actor]!.get(local).memory,
    ).map(({ label, turn }) => ({ ...this.numbered(actor, local, turn), label })))
  }

  /** What is left of an actor after a crash and a restart. */
  restarted(actor: number, local: number): number {
    const { disk } = this.locals[actor]!.get(local)
    return (this.restarts[actor]![local] ??= this.locals[actor]!.idOf({
      memory: this.actors[actor]!.start(disk),
      disk,
    }))
  }

  /** What an actor's memory and disk become when acceptors are renamed, as a number of the actor that it becomes. */
  renamedLocal(actor: number, local: number, { number, rename, placeOf }: Renaming): number {
    const known = ((this.renamedLocals[number] ??= [])[actor] ??= [])
    return (known[local] ??= this.locals[placeOf[actor]!]!.idOf(this.renameLocal(actor, local, rename)))
  }

  renamedMessage(message: number, { number, rename }: Renaming): number {
    const known = (this.renamedMessages[number] ??= [])
    return (known[message] ??= this.messages.idOf(
      renameAcceptors(this.messages.get(message), rename) as Message,
    ))
  }

  private renameLocal(actor: number, local: number, rename: Rename): Local {
    const { memory, disk } = renameAcceptors(this.locals[actor]!.get(local), rename) as Local
    const { acceptor } = this.actors[actor]!
    if (acceptor === undefined) return { memory, disk }
    return { memory: { ...(memory as object), id: rename(acceptor) }, disk }
  }

  historyWith(history: number, event: Plain): number {
    return event === undefined ? history : this.histories.idOf([...this.histories.get(history), event])
  }

  private numbered(actor: number, local: number, turn: ActorTurn<Message>): Reaction {
    const locals = this.locals[actor]!
    const disk = turn.disk ?? locals.get(local).disk
    return {
      local: locals.idOf({ memory: turn.memory, disk }),
      send: turn.send.map((message) => this.messages.idOf(message)),
      event: turn.event,
    }
  }
}

/** A move of an actor's own. */
export interface LabelledReaction extends Reaction {
  readonly label: string
}
