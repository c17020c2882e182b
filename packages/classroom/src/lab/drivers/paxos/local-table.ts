import { type PaxosStep, type Setting, nodesOf } from './cluster.ts'
import type { Implementation } from './implementation.ts'
import { type Local, crashPoints, crashed, firstLocal, reachedByCrash, takeTurn } from './turn.ts'
import { type Envelope, type NodeEvent, type NodeName, idOf } from './wire.ts'

/** What one event makes of one node, by numbers. */
export interface Edge {
  /** Number of the local state that follows. */
  readonly local: number
  /** Numbers of messages. */
  readonly sent: readonly number[]
  readonly decided: readonly string[]
  /** Names of invariants broken. */
  readonly broken: readonly string[]
  /** Does nothing change? */
  readonly isIdle: boolean
  /** Of how many effects carried out a crash inside makes a difference. */
  readonly crashPoints: readonly number[]
}

/** Values by number, each once. */
class Numbered<Value> {
  private readonly numbers = new Map<string, number>()
  private readonly values: Value[] = []

  numberOf(value: Value): number {
    const key = JSON.stringify(value)
    const known = this.numbers.get(key)
    if (known !== undefined) return known
    this.numbers.set(key, this.values.length)
    return this.values.push(value) - 1
  }

  get(number: number): Value {
    return this.values[number]!
  }
}

/** Local states and messages by number, and each reaction worked out once. */
export class LocalTable {
  readonly nodes: readonly NodeName[]
  readonly messages: Numbered<Envelope> = new Numbered()
  /** Invariants that had something to say. */
  readonly reached: Set<string> = new Set()
  private readonly receivers: number[] = []
  private readonly crashes = new Map<number, number>()
  private readonly locals = new Numbered<Local>()
  private readonly edges = new Map<number, Edge>()
  private readonly asks = new Map<string, number>()
  private readonly code: Implementation
  private readonly acceptors: number

  constructor(code: Implementation, setting: Setting) {
    this.code = code
    this.acceptors = setting.acceptors
    this.nodes = nodesOf(setting)
  }

  firstLocal(node: number): number {
    return this.locals.numberOf(firstLocal(this.code, this.nodes[node]!, this.acceptors).local)
  }

  asked(node: number, local: number, value: string, crashAfter?: number): Edge {
    const known = this.asks.get(value)
    const number = known ?? -1 - this.asks.size
    if (known === undefined) this.asks.set(value, number)
    const edge = this.edges.get(keyOf(node, local, number, crashAfter))
    return edge ?? this.edge(node, local, number, { type: 'propose', value }, crashAfter)
  }

  delivered(node: number, local: number, message: number, crashAfter?: number): Edge {
    const known = this.edges.get(keyOf(node, local, message, crashAfter))
    if (known !== undefined) return known
    const { from, message: content } = this.messages.get(message)
    return this.edge(node, local, message, { ...content, from: idOf(from) }, crashAfter)
  }

  /** The local state after a crash. */
  crashed(node: number, local: number): number {
    const key = keyOf(node, local, 0)
    const known = this.crashes.get(key)
    if (known !== undefined) return known
    const name = this.nodes[node]!
    const before = this.locals.get(local)
    reachedByCrash(name, before.ledger).forEach((invariant) => this.reached.add(invariant))
    const after = this.locals.numberOf(crashed(this.code, name, before, this.acceptors))
    this.crashes.set(key, after)
    return after
  }

  /** An action's step, for a replay. */
  stepOf(node: number, what: { message: number } | { value: string }, crashAfter?: number): PaxosStep {
    const crash = crashAfter === undefined ? {} : { crashAfter }
    if ('value' in what) return { do: 'propose', node: this.nodes[node]!, value: what.value, ...crash }
    return { do: 'deliver', ...this.messages.get(what.message), ...crash }
  }

  /** The node that a message is for; -1: nobody. */
  receiverOf(message: number): number {
    return this.receivers[message] ?? this.noteReceiver(message)
  }

  private noteReceiver(message: number): number {
    return (this.receivers[message] = this.nodes.indexOf(this.messages.get(message).to))
  }

  private edge(node: number, local: number, what: number, event: NodeEvent, crashAfter?: number): Edge {
    const turn = takeTurn(
      this.code,
      this.acceptors,
      this.nodes[node]!,
      this.locals.get(local),
      event,
      crashAfter,
    )
    turn.reached.forEach((invariant) => this.reached.add(invariant))
    const after = this.locals.numberOf(turn.local)
    const edge = {
      local: after,
      sent: turn.sent.map((envelope) => this.messages.numberOf(envelope)),
      decided: turn.decided,
      broken: turn.breaches.map(({ invariant }) => invariant),
      isIdle:
        after === local && turn.sent.length === 0 && turn.decided.length === 0 && turn.breaches.length === 0,
      crashPoints: crashPoints(turn.done),
    }
    this.edges.set(keyOf(node, local, what, crashAfter), edge)
    return edge
  }
}

/** Messages from 0 on, requests below 0. */
function keyOf(node: number, local: number, what: number, crashAfter = -1): number {
  return ((local * 16 + node) * 0x1_0000 + what + 0x1000) * 128 + crashAfter + 1
}
