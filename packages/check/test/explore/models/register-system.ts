import type { StateModel } from '../../../src/explore/model/state-model.ts'
import { Interner } from './interner.ts'
import { complete, invoke, isLinearizable, noHistory, type RegisterHistory } from './register-tester.ts'

/** A message: its type and what it carries. `Put`, `Get`, `PutOk` and `GetOk` are those of clients. */
export type Message = readonly [type: string, ...fields: unknown[]]
export type Send = (to: number, message: Message) => void

/** A server of a register. States are plain, with a fixed order of fields. */
export interface Server<S> {
  start(self: number): S
  /** The next state; undefined if it stays as it is. */
  receive(self: number, state: S, from: number, message: Message, send: Send): S | undefined
}

interface ClientState {
  readonly awaiting: number | null
  readonly operations: number
}

interface Envelope {
  readonly from: number
  readonly to: number
  readonly message: Message
}

interface Step {
  readonly actor: number
  readonly sends: readonly number[]
}

/** Actors' states, the messages under way (sorted), and the clients' history: all as numbers. */
export interface SystemState {
  readonly actors: readonly number[]
  readonly network: readonly number[]
  readonly history: number
}

/** What a register holds before anything is written to it. */
export const initialValue = '-'

/**
 * Servers of a register, and clients who each put a value and then get one, on a network that delays and reorders. A
 * message that changes nothing and causes nothing is not delivered. After the register examples of Stateright, so that
 * numbers of states can be compared.
 */
export class RegisterSystem<S> implements StateModel<SystemState, number> {
  readonly properties: StateModel<SystemState, number>['properties']
  private readonly server: Server<S>
  private readonly servers: number
  private readonly clients: number
  private readonly actors = new Interner<unknown>()
  private readonly envelopes = new Interner<Envelope>()
  private readonly histories = new Interner<RegisterHistory>()
  private readonly steps = new Map<number, Step | undefined>()
  private readonly linearizable: boolean[] = []

  constructor(server: Server<S>, servers: number, clients: number) {
    this.server = server
    this.servers = servers
    this.clients = clients
    this.properties = [
      { name: 'linearizable', kind: 'always', holds: ({ history }) => this.isLinearizable(history) },
      {
        name: 'value chosen',
        kind: 'sometimes',
        holds: ({ network }) => network.some((id) => this.isValue(id)),
      },
    ]
  }

  initialStates(): SystemState[] {
    const actors: number[] = []
    const sends: number[] = []
    for (let self = 0; self < this.servers + this.clients; self++) {
      if (self < this.servers) actors.push(this.actors.idOf(this.server.start(self)))
      else {
        const value = String.fromCharCode(65 + self - this.servers)
        sends.push(
          this.envelopes.idOf({ from: self, to: self % this.servers, message: ['Put', self, value] }),
        )
        actors.push(this.actors.idOf({ awaiting: self, operations: 1 }))
      }
    }
    const history = this.histories.idOf(noHistory)
    return [
      { actors, network: sends.toSorted((a, b) => a - b), history: this.record(history, undefined, sends) },
    ]
  }

  actions({ network }: SystemState): number[] {
    return network.filter((id, i) => id !== network[i - 1])
  }

  next(state: SystemState, action: number): SystemState | undefined {
    const { to } = this.envelopes.get(action)
    const step = this.step(state.actors[to]!, action)
    if (step === undefined) return undefined
    const network = [...state.network, ...step.sends]
    network.splice(network.indexOf(action), 1)
    return {
      actors: state.actors.with(to, step.actor),
      network: network.sort((a, b) => a - b),
      history: this.record(state.history, action, step.sends),
    }
  }

  encode({ actors, network, history }: SystemState, into: { word(word: number): unknown }): void {
    into.word(history)
    for (const actor of actors) into.word(actor)
    for (const envelope of network) into.word(envelope)
  }

  describe(action: number): string {
    const { from, to, message } = this.envelopes.get(action)
    return `${from} -> ${to}: ${message.join(' ')}`
  }

  private step(actor: number, envelope: number): Step | undefined {
    const key = actor * 2 ** 24 + envelope
    if (this.steps.has(key)) return this.steps.get(key)
    const { from, to, message } = this.envelopes.get(envelope)
    const sends: number[] = []
    const send: Send = (receiver, sent) =>
      sends.push(this.envelopes.idOf({ from: to, to: receiver, message: sent }))
    const before = this.actors.get(actor)
    const after =
      to < this.servers
        ? this.server.receive(to, before as S, from, message, send)
        : this.receiveAtClient(to, before as ClientState, message, send)
    const isNothing = after === undefined && sends.length === 0
    const step = isNothing
      ? undefined
      : { actor: after === undefined ? actor : this.actors.idOf(after), sends }
    this.steps.set(key, step)
    return step
  }

  private receiveAtClient(
    self: number,
    { awaiting, operations }: ClientState,
    [type, request]: Message,
    send: Send,
  ): ClientState | undefined {
    if (awaiting === null || request !== awaiting) return undefined
    if (type === 'GetOk') return { awaiting: null, operations: operations + 1 }
    const next = (operations + 1) * self
    send((self + operations) % this.servers, ['Get', next])
    return { awaiting: next, operations: operations + 1 }
  }

  private record(history: number, delivered: number | undefined, sends: readonly number[]): number {
    let now = this.histories.get(history)
    if (delivered !== undefined) {
      const { to, message } = this.envelopes.get(delivered)
      if (message[0] === 'PutOk') now = complete(now, to, null)
      if (message[0] === 'GetOk') now = complete(now, to, message[2] as string)
    }
    for (const id of sends) {
      const { from, message } = this.envelopes.get(id)
      if (message[0] === 'Put') now = invoke(now, from, { write: message[2] as string })
      if (message[0] === 'Get') now = invoke(now, from, 'read')
    }
    return now === this.histories.get(history) ? history : this.histories.idOf(now)
  }

  private isLinearizable(history: number): boolean {
    return (this.linearizable[history] ??= isLinearizable(this.histories.get(history), initialValue))
  }

  private isValue(envelope: number): boolean {
    const { message } = this.envelopes.get(envelope)
    return message[0] === 'GetOk' && message[2] !== initialValue
  }
}
