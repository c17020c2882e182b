import type { CasRegisterInput, Operation, Value } from '@quorate/check'
import {
  type Answer,
  type CasPaxosRules,
  type ProposerState,
  type ProposerTurn,
  type RegisterChange,
  type UnsafeCasPaxosRules,
  casPaxosRules,
  changeRegister,
  receiveAccepted,
  receivePromise,
  receiveRefused,
  startProposer,
  submit,
} from '../../src/cas/index.ts'
import {
  type AcceptorDisk,
  type AcceptorState,
  type Message,
  type ProposerDisk,
  receiveAccept,
  receivePrepare,
  startAcceptor,
} from '../../src/single-decree/index.ts'

/** An operation under way, or over. */
interface Pending {
  readonly client: string
  readonly input: RegisterChange
  readonly call: number
  end: { readonly at: number; readonly answer: Answer } | undefined
}

/** A message, and the acceptor that it is for; undefined: its ballot's proposer. */
interface Flight {
  readonly message: Message
  readonly to: number | undefined
}

/** A register on three acceptors with three proposers, moved at random: messages lost, repeated, out of order, crashes. */
export class RandomRegister {
  private readonly random: () => number
  private readonly crashRate: number
  private readonly rules: CasPaxosRules<RegisterChange>
  private readonly acceptors = new Map<number, AcceptorState>()
  private readonly acceptorDisks = new Map<number, AcceptorDisk>()
  private readonly proposers = new Map<number, ProposerState<RegisterChange>>()
  private readonly proposerDisks = new Map<number, ProposerDisk>()
  private readonly waiting = new Map<number, Pending>()
  private readonly operations: Pending[] = []
  private flights: Flight[] = []
  private now = 0

  /** @param crashRate how often a step is the crash of a proposer, or of an acceptor */
  constructor(seed: number, crashRate: number, unsafe: UnsafeCasPaxosRules = {}) {
    this.random = generator(seed)
    this.crashRate = crashRate
    this.rules = casPaxosRules({ type: 'majority', voters: [1, 2, 3] }, changeRegister, unsafe)
    for (const id of [1, 2, 3]) {
      this.acceptors.set(id, startAcceptor(id))
      this.proposers.set(id, startProposer(id))
    }
  }

  /** Makes so many steps, and gives what clients saw. */
  run(steps: number): readonly Operation<CasRegisterInput, Value>[] {
    for (; this.now < steps; this.now++) this.step()
    return this.operations.flatMap(({ client, input, call, end }) => {
      if (end?.answer.type === 'conflict') return []
      const isDone = end?.answer.type === 'done'
      const output = end?.answer.type === 'done' ? outputOf(input, end.answer.before) : undefined
      return [{ client, input, call, output, return: isDone ? end.at : Infinity }]
    })
  }

  private step(): void {
    const dice = this.random()
    const id = 1 + Math.floor(this.random() * 3)
    const { crashRate } = this
    if (dice < crashRate) this.acceptors.set(id, startAcceptor(id, this.acceptorDisks.get(id)))
    else if (dice < 2 * crashRate) this.crashProposer(id)
    else if (dice < 2 * crashRate + 0.1) this.ask(id)
    else this.deliver()
  }

  private crashProposer(id: number): void {
    this.proposers.set(id, startProposer(id, this.proposerDisks.get(id)))
    this.waiting.delete(id)
  }

  private ask(id: number): void {
    if (this.waiting.has(id)) return
    const input = this.change()
    const operation: Pending = { client: `${id}.${this.now}`, input, call: this.now, end: undefined }
    this.operations.push(operation)
    this.waiting.set(id, operation)
    this.take(id, submit(this.rules, this.proposers.get(id)!, input))
  }

  private change(): RegisterChange {
    const value = (): string => 'ABC'[Math.floor(this.random() * 3)]!
    const kind = this.random()
    if (kind < 0.4) return { op: 'read' }
    if (kind < 0.6) return { op: 'write', value: value() }
    return { op: 'cas', from: this.random() < 0.3 ? null : value(), to: value() }
  }

  private deliver(): void {
    const at = Math.floor(this.random() * this.flights.length)
    const flight = this.flights[at]
    if (flight === undefined) return
    const fate = this.random()
    if (fate < 0.85) this.flights.splice(at, 1)
    if (fate < 0.05) return
    const { message, to } = flight
    if (to === undefined) this.take(message.ballot.proposer, this.answer(message))
    else this.tell(to, message)
  }

  private tell(id: number, message: Message): void {
    const acceptor = this.acceptors.get(id)!
    if (message.type !== 'prepare' && message.type !== 'accept') return
    const { state, persist, send } =
      message.type === 'prepare'
        ? receivePrepare(this.rules, acceptor, message)
        : receiveAccept(this.rules, acceptor, message)
    this.acceptors.set(id, state)
    if (persist !== undefined) this.acceptorDisks.set(id, persist)
    this.flights.push(...send.map((answer) => ({ message: answer, to: undefined })))
  }

  private answer(message: Message): ProposerTurn<RegisterChange> {
    const proposer = this.proposers.get(message.ballot.proposer)!
    if (message.type === 'promise') return receivePromise(this.rules, proposer, message)
    if (message.type === 'accepted') return receiveAccepted(this.rules, proposer, message)
    if (message.type === 'refused') return receiveRefused(proposer, message)
    throw new Error(`a ${message.type} is for acceptors`)
  }

  private take(id: number, { state, persist, send, answer }: ProposerTurn<RegisterChange>): void {
    this.proposers.set(id, state)
    if (persist !== undefined) this.proposerDisks.set(id, persist)
    for (const message of send) this.flights.push(...[1, 2, 3].map((to) => ({ message, to })))
    if (answer === undefined) return
    const operation = this.waiting.get(id)
    if (operation !== undefined) operation.end = { at: this.now, answer }
    this.waiting.delete(id)
  }
}

/** What a client is told besides that it is done. */
function outputOf(change: RegisterChange, before: Value): Value | undefined {
  if (change.op === 'read') return before
  return change.op === 'cas' ? before === change.from : undefined
}

/** Numbers from 0 to 1: the mulberry32 generator. */
function generator(seed: number): () => number {
  let state = Math.imul(seed, 0x9e3779b9)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}
