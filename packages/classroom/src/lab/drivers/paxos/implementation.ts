import { LabFault } from '../../guard/lab-fault.ts'
import { plainText } from '../../guard/plain-text.ts'
import { type Watch, thrown } from '../../guard/watch.ts'
import {
  type Effect,
  type NodeEvent,
  type NodeName,
  type Role,
  idOf,
  readFields,
  readMessage,
  readValue,
  roleOf,
} from './wire.ts'

/** What a node makes of an event. */
export interface Reaction {
  /** The state, as JSON text. */
  readonly state: string
  readonly effects: readonly Effect[]
  /** What is wrong with the code that reacted; the event then has no effect. */
  readonly fault?: string
}

type Handlers = Readonly<Record<'start' | 'on', (...args: readonly unknown[]) => unknown>>

/** Places that a call can fail to return from. */
export const places = [
  'acceptor.start',
  'acceptor.on (prepare)',
  'acceptor.on (accept)',
  'proposer.start',
  'proposer.on (propose)',
  'proposer.on (promise)',
  'proposer.on (accepted)',
  'proposer.on (refused)',
  'a test of tests.js',
] as const

const mostEffects = 100
const mostRemembered = 100_000

/**
 * A module of the lab that can be run. States and disks are JSON text, parsed anew for each call, so that code which
 * changes its arguments harms nobody. Each question is asked twice, to see that the answers agree, and then remembered.
 */
export class Implementation {
  private readonly roles: Readonly<Record<Role, Handlers>>
  private readonly watch: Watch
  private readonly known = new Map<string, Reaction>()

  constructor(module: Readonly<Record<string, unknown>>, watch: Watch) {
    this.roles = { acceptor: handlersOf(module, 'acceptor'), proposer: handlersOf(module, 'proposer') }
    this.watch = watch
  }

  /** A node that starts, with what its disk says (`null`: nothing). */
  start(node: NodeName, acceptors: number, disk: string): Reaction {
    const role = roleOf(node)
    const ids = (): number[] => Array.from({ length: acceptors }, (_, i) => i + 1)
    const given = (): unknown[] => [idOf(node), ...(role === 'proposer' ? [ids()] : []), JSON.parse(disk)]
    return this.remember(`${node}/${acceptors}/${disk}`, () => {
      const ask = (): string => {
        const where = `${role}.start`
        const state = this.call(where, () => this.roles[role].start(...given()))
        return plainText(state, `what ${where} returns`)
      }
      return { state: this.twice(`${role}.start`, ask), effects: [] }
    })
  }

  react(node: NodeName, state: string, event: NodeEvent): Reaction {
    const role = roleOf(node)
    const where = `${role}.on`
    return this.remember(
      `${node}|${state}|${JSON.stringify(event)}`,
      () => {
        const ask = (): string => {
          const answer = this.call(`${where} (${event.type})`, () =>
            this.roles[role].on(JSON.parse(state), structuredClone(event)),
          )
          return plainText(answer ?? null, `what ${where} returns for ${event.type}`)
        }
        return readReaction(this.twice(`${where} (${event.type})`, ask), role, event.type)
      },
      state,
    )
  }

  private call(place: string, run: () => unknown): unknown {
    return this.watch.call(
      places.findIndex((known) => known === place),
      place,
      run,
    )
  }

  private twice(where: string, ask: () => string): string {
    const answer = ask()
    if (ask() === answer) return answer
    throw new LabFault(
      `${where} answers the same question differently the second time: it keeps something outside of its state`,
    )
  }

  private remember(question: string, ask: () => Reaction, state = 'null'): Reaction {
    const known = this.known.get(question)
    if (known !== undefined) return known
    let reaction: Reaction
    try {
      reaction = ask()
    } catch (error) {
      if (!(error instanceof LabFault)) throw error
      reaction = { state, effects: [], fault: thrown(error) }
    }
    if (this.known.size >= mostRemembered) this.known.clear()
    this.known.set(question, reaction)
    return reaction
  }
}

function handlersOf(module: Readonly<Record<string, unknown>>, role: Role): Handlers {
  const handlers = module[role] as Partial<Handlers> | undefined
  if (typeof handlers?.start !== 'function' || typeof handlers.on !== 'function') {
    throw new LabFault(`paxos.js has to export ${role}, with the functions start and on`)
  }
  return handlers as Handlers
}

function readReaction(answer: string, role: Role, event: string): Reaction {
  const where = `what ${role}.on returns for ${event}`
  const { state, effects } = readFields(JSON.parse(answer), where)
  if (state === undefined) throw new LabFault(`${where} has no state`)
  if (!Array.isArray(effects)) throw new LabFault(`${where} has no list of effects`)
  if (effects.length > mostEffects) throw new LabFault(`${where} has more than ${mostEffects} effects`)
  const read = effects.map((effect, i) => readEffect(effect, role, `effects[${i}] of ${where}`))
  return { state: JSON.stringify(state), effects: read }
}

function readEffect(given: unknown, role: Role, where: string): Effect {
  const effect = readFields(given, where)
  const { type } = effect
  if (type === 'persist') {
    if (effect['disk'] === undefined) throw new LabFault(`${where} has no disk`)
    return { type, disk: JSON.stringify(effect['disk']) }
  }
  if (type === 'decide' && role === 'proposer') {
    return { type, value: readValue(effect['value'], `${where}.value`) }
  }
  if (type !== 'send') {
    const may = role === 'proposer' ? 'persist, send or decide' : 'persist or send'
    throw new LabFault(`${where} has the type ${JSON.stringify(type)}; it may be ${may}`)
  }
  const to = effect['to']
  if (!Number.isSafeInteger(to))
    throw new LabFault(`${where}.to is ${JSON.stringify(to)}; an id was expected`)
  return { type, to: to as number, message: readMessage(effect['message'], role, `${where}.message`) }
}
