import type { AnyEngineDefinition, LogIndex, Message, NodeId, Observation, Output } from '@quorate/core'
import { type ClusterEvent, type EngineChecks, type InFlight, type Violation, epochsIn } from '@quorate/sim'
import { membershipText } from '../language/format-membership.ts'
import { InvariantWatch } from './invariant-watch.ts'
import { type Reader, RequestBook } from './request-book.ts'
import type { EntryView, MessageView, RunEvent, RunEventKind } from './run-event.ts'
import { entryView, messageView, textOf, writeView } from './views.ts'

/** Writes down what happens in a cluster, event by event, and checks it while it happens. */
export class Recorder {
  readonly events: RunEvent[] = []
  readonly violations: Violation[] = []
  readonly requests: RequestBook
  /** The number of the statement or move that is being carried out. */
  step = -1
  time = 0
  /** What the next request is called; undefined: by its text or number. */
  nextName: string | undefined
  private readonly watch: InvariantWatch
  private readonly definition: AnyEngineDefinition
  private readonly checks: EngineChecks
  private readonly captureOf: (node: NodeId) => unknown
  private readonly messages = new Map<InFlight<Message>, MessageView>()
  private readonly seen = new Map<NodeId, Observation>()
  private readonly machines = new Map<NodeId, EntryView[]>()
  /** As each node last saw it, in this life or an earlier one. */
  private readonly memberships = new Map<NodeId, string>()
  /** What the first to apply an index found there. */
  private readonly decided: EntryView[] = []

  /** `captureOf` gives the state of a node's engine, for checks that look into it. */
  constructor(definition: AnyEngineDefinition, checks: EngineChecks, captureOf: (node: NodeId) => unknown) {
    this.definition = definition
    this.checks = checks
    this.captureOf = captureOf
    this.watch = new InvariantWatch(this.blame, definition.acceptance)
    this.requests = new RequestBook(this.blame, ({ node, name }, answer) =>
      this.note(node, { type: 'answered', request: name, answer }),
    )
  }

  readonly blame = (violation: Violation): void => {
    this.violations.push(violation)
    const { invariant, message, node = 0 } = violation
    this.note(node, { type: 'violated', invariant, message })
  }

  /** The entries that a node's machine holds, from index 1 on. */
  appliedBy(node: NodeId): readonly EntryView[] {
    return this.machines.get(node) ?? []
  }

  /** The commands among them. */
  commandsOf(node: NodeId): readonly string[] {
    return this.appliedBy(node).flatMap(({ kind, text }) => (kind === 'command' ? [text] : []))
  }

  /** The view of a message under way. */
  viewOf(flight: InFlight<Message>): MessageView {
    let view = this.messages.get(flight)
    if (view === undefined) {
      view = messageView(this.messages.size + 1, flight, this.definition.shapes)
      this.messages.set(flight, view)
    }
    return view
  }

  readonly record = (event: ClusterEvent<Message>): void => {
    if ('flight' in event) this.recordMessage(event)
    else if (event.type === 'link') this.note(event.a, { type: 'link', peer: event.b, isUp: event.isUp })
    else if ('persist' in event) this.note(event.node, { type: event.type, write: writeView(event.persist) })
    else if (event.type === 'output') this.recordTurn(event.node, event.output, event.observation)
    else this.recordNode(event)
  }

  private recordMessage(event: Extract<ClusterEvent<Message>, { type: 'sent' | 'arrives' | 'lost' }>): void {
    const { from, to } = event.flight
    const message = this.viewOf(event.flight)
    if (event.type === 'sent') this.note(from, { type: 'sent', to, message })
    else if (event.type === 'lost') this.note(from, { type: 'lost', to, message, cause: event.cause })
    else this.note(to, { type: 'delivered', from, message, again: event.stays })
  }

  private recordNode(event: NodeEvent): void {
    const { node } = event
    if (event.type === 'started') this.recordStart(node, event.applied)
    else if (event.type === 'crashed') {
      this.note(node, { type: 'crashed', kept: event.kept, lost: event.lost })
      this.requests.crashed(node)
    } else if (event.type === 'timer') this.note(node, { type: 'timer', timer: event.timer })
    else if (event.type === 'clock') this.note(node, { type: 'clock', rate: event.rate })
    else if (event.type === 'snapshotBuilt') this.note(node, { type: 'snapshot', index: event.meta.index })
    else if (event.type === 'proposed') {
      const text = textOf(event.data)
      const { name } = this.requests.proposed(node, event.sequence, this.nextName ?? text)
      this.note(node, { type: 'proposed', request: name, text })
    } else if (event.type === 'reconfigure') {
      const { name } = this.requests.change(node, event.sequence, this.nextName)
      this.note(node, { type: 'reconfigure', request: name, membership: membershipText(event.membership) })
    } else if (event.type === 'transfer') {
      const { name } = this.requests.transfer(node, event.sequence, this.nextName)
      this.note(node, { type: 'transfer', request: name, to: event.to })
    } else {
      const { name } = this.requests.read(node, event.sequence, event.mode, this.nextName)
      this.note(node, { type: 'read', request: name, mode: event.mode })
    }
  }

  private recordStart(node: NodeId, applied: LogIndex): void {
    this.seen.delete(node)
    this.machines.set(node, this.decided.slice(0, applied))
    this.watch.started(node, applied)
    this.note(node, { type: 'started' })
  }

  private recordTurn(node: NodeId, output: Output, observation: Observation): void {
    for (const { name, rule, detail } of output.events)
      this.note(node, { type: 'decision', name, rule, detail })
    this.recordObservation(node, observation)
    for (const order of output.snapshots) {
      if (order.type !== 'install') continue
      this.machines.set(node, this.decided.slice(0, order.meta.index))
      this.watch.installed(node, order.meta.index)
      this.note(node, { type: 'installed', index: order.meta.index })
    }
    for (const entry of output.apply) {
      const view = entryView(entry)
      this.machines.get(node)!.push(view)
      this.decided[entry.index - 1] ??= view
      this.note(node, { type: 'applied', entry: view })
      this.watch.applied(node, entry)
      this.requests.applied(node, entry)
    }
    const reader: Reader = {
      node,
      appliedIndex: this.appliedBy(node).length,
      commands: () => this.commandsOf(node),
    }
    for (const reply of output.replies) this.requests.replied(reader, reply)
    this.requests.serveReads(reader)
  }

  private recordObservation(node: NodeId, now: Observation): void {
    const before = this.seen.get(node)
    this.seen.set(node, now)
    const { role, phase, epoch, leader, established: isEstablished, commitIndex } = now
    const isSame =
      before?.role === role &&
      before.phase === phase &&
      before.epoch === epoch &&
      before.leader === leader &&
      before.established === isEstablished
    if (!isSame) this.note(node, { type: 'role', role, phase, epoch, leader, isEstablished })
    if (before?.membership !== now.membership) this.recordMembership(node, membershipText(now.membership))
    if (commitIndex > (before?.commitIndex ?? 0)) this.note(node, { type: 'committed', index: commitIndex })
    this.watch.observed(now, () => epochsIn(this.checks, () => this.captureOf(node)))
  }

  private recordMembership(node: NodeId, membership: string): void {
    const before = this.memberships.get(node)
    this.memberships.set(node, membership)
    if ((before ?? membership) !== membership) this.note(node, { type: 'members', membership })
  }

  private note(node: NodeId, kind: RunEventKind): void {
    this.events.push({ sequence: this.events.length, time: this.time, step: this.step, node, ...kind })
  }
}

type NodeEvent = Extract<
  ClusterEvent<Message>,
  {
    type:
      | 'started'
      | 'crashed'
      | 'timer'
      | 'clock'
      | 'proposed'
      | 'read'
      | 'reconfigure'
      | 'transfer'
      | 'snapshotBuilt'
  }
>
