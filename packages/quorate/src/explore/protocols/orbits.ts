import type { Actor } from './actor.ts'
import type { SystemState } from './actor-model.ts'
import type { ActorTable } from './actor-table.ts'
import { bitsOf, withBits } from './bit-set.ts'
import { permutations } from './symmetry.ts'

/** Finds the same state for all states that differ only in which acceptor is which. */
export class Orbits<Message> {
  private readonly table: ActorTable<Message>
  /** Each as the actors in whose place the actors come, and the new ids of acceptors. */
  private readonly renamings: readonly Renaming[]

  constructor(actors: readonly Actor<Message>[], table: ActorTable<Message>) {
    this.table = table
    const acceptors = actors.flatMap(({ acceptor }, i) => (acceptor === undefined ? [] : [i]))
    this.renamings = permutations(acceptors.length).map((ids, number) => ({
      number,
      rename: (id) => ids[id - 1]!,
      placeOf: actors.map(({ acceptor }, i) =>
        acceptor === undefined ? i : acceptors[ids[acceptor - 1]! - 1]!,
      ),
    }))
  }

  /** The least of a state's images, by its numbers. */
  representative(state: SystemState): SystemState {
    let least = state
    const messages = bitsOf(state.sent)
    for (const renaming of this.renamings.slice(1)) {
      const locals = [...state.locals]
      state.locals.forEach((local, actor) => {
        const place = renaming.placeOf[actor]!
        locals[place] = this.table.renamedLocal(actor, local, renaming)
      })
      const order = compare(locals, least.locals)
      if (order > 0) continue
      const sent = withBits(
        [],
        messages.map((message) => this.table.renamedMessage(message, renaming)),
      )
      if (order < 0 || compare(sent, least.sent) < 0) least = { ...state, locals, sent }
    }
    return least
  }
}

/** A way to exchange acceptors. */
export interface Renaming {
  /** Which one it is. */
  readonly number: number
  readonly rename: (acceptor: number) => number
  /** By actor: the one that it becomes. */
  readonly placeOf: readonly number[]
}

/** Any order of all lists will do. */
function compare(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return a.length - b.length
  const at = a.findIndex((word, i) => word !== b[i])
  return at < 0 ? 0 : a[at]! - b[at]!
}
