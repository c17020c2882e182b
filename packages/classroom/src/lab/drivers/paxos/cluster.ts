import type { Breach, Episode, ReplayedStep, Step } from '../../driver.ts'
import { type Decision, chosenIn, disagreement } from './chosen.ts'
import { describeStep } from './describe.ts'
import type { Implementation } from './implementation.ts'
import { type Local, type Turn, crashed as afterCrash, firstLocal, reachedByCrash, takeTurn } from './turn.ts'
import type { Envelope, Message, NodeName } from './wire.ts'

/** How many nodes there are. */
export interface Setting {
  readonly proposers: number
  readonly acceptors: number
}

/** One thing that happens. A crash is followed by the restart at once: to be down for long is to be slow. */
export type PaxosStep =
  | { readonly do: 'propose'; readonly node: NodeName; readonly value: string; readonly crashAfter?: number }
  | ({ readonly do: 'deliver'; readonly crashAfter?: number } & Envelope)
  | { readonly do: 'crash'; readonly node: NodeName }

/** What an onlooker sees, in order. Messages carry who sent them to whom. */
export type HistoryEvent =
  | { readonly kind: 'asked' | 'decided'; readonly node: NodeName; readonly value: string }
  | { readonly kind: 'crashed'; readonly node: NodeName }
  | ({ readonly kind: 'received' | 'sent' } & Seen)

/** A message as tests see it. */
export type Seen = Message & { readonly from: NodeName; readonly to: NodeName }

export function seen({ from, to, message }: Envelope): Seen {
  return { ...message, from, to }
}

/**
 * A run of an implementation, step by step. Every message ever sent may arrive, late, again or never, so a run is a
 * matter of which step is next.
 */
export class Cluster {
  readonly setting: Setting
  readonly sent: Envelope[] = []
  readonly decided: Decision[] = []
  readonly steps: PaxosStep[] = []
  readonly history: HistoryEvent[] = []
  readonly breaches: Breach[] = []
  readonly reached: Set<string> = new Set()
  private readonly code: Implementation
  private readonly sentKeys = new Set<string>()
  private readonly nodes = new Map<NodeName, Local>()

  constructor(code: Implementation, setting: Setting) {
    this.code = code
    this.setting = setting
    for (const node of nodesOf(setting)) {
      const { local, breaches } = firstLocal(code, node, setting.acceptors)
      this.nodes.set(node, local)
      breaches.forEach((breach) => this.note(breach))
    }
  }

  local(node: NodeName): Local | undefined {
    return this.nodes.get(node)
  }

  /** How the node would take it: to see where it may crash. */
  effectsOf(step: Exclude<PaxosStep, { do: 'crash' }>): Turn['done'] {
    const node = step.do === 'propose' ? step.node : step.to
    const local = this.nodes.get(node)
    return local === undefined ? [] : this.turn(node, local, step).done
  }

  /** Undefined if the step is not possible: nobody sent that message, or there is no such node. */
  apply(step: PaxosStep): Turn | undefined {
    const node = step.do === 'deliver' ? step.to : step.node
    const before = this.nodes.get(node)
    if (before === undefined || (step.do === 'deliver' && !this.wasSent(step))) return undefined
    const turn =
      step.do === 'crash' ? this.crash(node, before) : this.turn(node, before, step, step.crashAfter)
    this.steps.push(step)
    this.record(step, turn)
    this.nodes.set(node, turn.local)
    this.sent.push(...turn.sent)
    for (const envelope of turn.sent) this.sentKeys.add(keyOf(envelope))
    this.decided.push(...turn.decided.map((value) => ({ node, value })))
    turn.reached.forEach((invariant) => this.reached.add(invariant))
    turn.breaches.forEach((breach) => this.note(breach))
    const isVote = turn.sent.some(({ message }) => message.type === 'accepted')
    if (isVote || turn.decided.length > 0) this.judgeAgreement()
    return turn
  }

  /** As `apply`, in words. */
  play(step: PaxosStep): ReplayedStep | undefined {
    const before = this.breaches.length
    const turn = this.apply(step)
    if (turn === undefined) return undefined
    const node = step.do === 'deliver' ? step.to : step.node
    const { state, disk } = this.nodes.get(node)!
    return {
      text: describeStep(step, turn),
      details: [
        `state of ${node}: ${spaced(state)}`,
        `its disk: ${disk === 'null' ? 'nothing' : spaced(disk)}`,
      ],
      breaches: this.breaches.slice(before),
    }
  }

  episode(): Episode {
    const { setting, steps, breaches, reached } = this
    return { setting: { ...setting }, steps: steps as readonly Step[], breaches, reached }
  }

  private wasSent(envelope: Envelope): boolean {
    return this.sentKeys.has(keyOf(envelope))
  }

  private turn(
    node: NodeName,
    local: Local,
    step: Exclude<PaxosStep, { do: 'crash' }>,
    crashAfter?: number,
  ): Turn {
    const event =
      step.do === 'propose'
        ? ({ type: 'propose', value: step.value } as const)
        : { ...step.message, from: Number(step.from.split(' ')[1]) }
    return takeTurn(this.code, this.setting.acceptors, node, local, event, crashAfter)
  }

  private crash(node: NodeName, before: Local): Turn {
    const local = afterCrash(this.code, node, before, this.setting.acceptors)
    const reached = reachedByCrash(node, before.ledger)
    return {
      local,
      done: [],
      of: 0,
      sent: [],
      decided: [],
      breaches: [],
      reached,
      crashed: true,
      changed: true,
      failed: false,
    }
  }

  private record(step: PaxosStep, { sent, decided, crashed }: Turn): void {
    const node = step.do === 'deliver' ? step.to : step.node
    if (step.do === 'propose') this.history.push({ kind: 'asked', node, value: step.value })
    if (step.do === 'deliver') this.history.push({ kind: 'received', ...seen(step) })
    this.history.push(
      ...sent.map((envelope) => ({ kind: 'sent' as const, ...seen(envelope) })),
      ...decided.map((value) => ({ kind: 'decided' as const, node, value })),
    )
    if (crashed) this.history.push({ kind: 'crashed', node })
  }

  private judgeAgreement(): void {
    const chosen = chosenIn(this.sent, this.setting.acceptors)
    if (chosen.length > 0) this.reached.add('agreement')
    const breach = disagreement(chosen, this.decided)
    if (breach !== undefined) this.note(breach)
  }

  private note(breach: Breach): void {
    if (!this.breaches.some(({ invariant }) => invariant === breach.invariant)) this.breaches.push(breach)
  }
}

/** All nodes, proposers first. */
export function nodesOf({ proposers, acceptors }: Setting): readonly NodeName[] {
  return [
    ...Array.from({ length: proposers }, (_, i): NodeName => `proposer ${i + 1}`),
    ...Array.from({ length: acceptors }, (_, i): NodeName => `acceptor ${i + 1}`),
  ]
}

/** What proposer 1 is asked for is A, then A2, A3, …; proposer 2: B, B2, …. */
export function valueOf(proposer: number, attempt: number): string {
  const letter = String.fromCharCode(64 + proposer)
  return attempt === 1 ? letter : `${letter}${attempt}`
}

function keyOf({ from, to, message }: Envelope): string {
  return `${from}/${to}/${JSON.stringify(message)}`
}

/** JSON on one line, with spaces to break it at. */
function spaced(json: string): string {
  return JSON.stringify(JSON.parse(json), null, 1).replaceAll(/\n\s*/g, ' ')
}
