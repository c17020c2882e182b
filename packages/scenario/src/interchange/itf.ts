import type { NodeId } from '@quorate/core'
import type { EntryView, RunEvent } from '../run/run-event.ts'
import { eventLine } from '../transcript/event-line.ts'
import type { RecordedRun } from './recorded-run.ts'

/** A value in the Informal Trace Format. */
export type ItfValue =
  | string
  | boolean
  | { readonly '#bigint': string }
  | { readonly '#map': readonly (readonly [ItfValue, ItfValue])[] }
  | { readonly '#set': readonly ItfValue[] }
  | readonly ItfValue[]
  | { readonly [field: string]: ItfValue }

/** A trace in the Informal Trace Format of Apalache and Quint: ADR-015. */
export interface ItfTrace {
  readonly '#meta': Readonly<Record<string, unknown>>
  readonly params: readonly string[]
  readonly vars: readonly string[]
  readonly states: readonly ({ readonly '#meta': { readonly index: number } } & Readonly<
    Record<string, unknown>
  >)[]
}

/** The variables and their types, in Apalache's notation. */
const varTypes = {
  event: 'Str',
  time: 'Str',
  running: 'Int -> Bool',
  role: 'Int -> Str',
  epoch: 'Int -> Int',
  leader: 'Int -> Int',
  commit: 'Int -> Int',
  applied: 'Int -> Seq({ index: Int, epoch: Int, command: Str })',
  network: 'Set({ id: Int, source: Int, target: Int, kind: Str })',
} as const

/**
 * A run as an ITF trace: a state for the start, and one after each event that changes a variable. `event` says what
 * happened, `leader` is 0 where none is known, `time` is in milliseconds, as text because it may have fractions.
 */
export function itfOf({ nodes, events }: RecordedRun): ItfTrace {
  const state = new TraceState(nodes)
  const states = [state.view('start', 0)]
  for (const event of events) {
    if (state.take(event)) states.push(state.view(eventLine(event).trim(), event.time))
  }
  return {
    '#meta': {
      format: 'ITF',
      'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
      source: 'quorate',
      varTypes,
    },
    params: [],
    vars: Object.keys(varTypes),
    states: states.map((values, index) => ({ '#meta': { index }, ...values })),
  }
}

interface NodeState {
  isRunning: boolean
  role: string
  epoch: number
  leader: number
  commit: number
  applied: EntryView[]
}

function freshNode(isRunning: boolean): NodeState {
  return { isRunning, role: 'follower', epoch: 0, leader: 0, commit: 0, applied: [] }
}

/** The variables, followed along the events. */
class TraceState {
  private readonly nodes: Map<NodeId, NodeState>
  private readonly network = new Map<number, { source: NodeId; target: NodeId; kind: string }>()
  /** What the first to apply an index found there: what a snapshot holds. */
  private readonly decided: EntryView[] = []

  constructor(nodes: readonly NodeId[]) {
    this.nodes = new Map(nodes.map((node) => [node, freshNode(false)]))
  }

  /** True if a variable has changed. */
  take(event: RunEvent): boolean {
    if (event.type === 'sent') {
      const { id, type } = event.message
      this.network.set(id, { source: event.node, target: event.to, kind: type })
      return true
    }
    if (event.type === 'delivered') return event.again || this.network.delete(event.message.id)
    if (event.type === 'lost') return this.network.delete(event.message.id)
    const node = this.nodes.get(event.node)
    return node !== undefined && this.takeAt(node, event)
  }

  private takeAt(node: NodeState, event: RunEvent): boolean {
    if (event.type === 'started') Object.assign(node, freshNode(true))
    else if (event.type === 'crashed') node.isRunning = false
    else if (event.type === 'committed') node.commit = event.index
    else if (event.type === 'installed') node.applied = this.decided.slice(0, event.index)
    else if (event.type === 'applied') this.apply(node, event.entry)
    else if (event.type === 'role') {
      const { role, epoch, leader = 0 } = event
      Object.assign(node, { role, epoch, leader })
    } else return false
    return true
  }

  private apply(node: NodeState, entry: EntryView): void {
    this.decided[entry.index - 1] ??= entry
    // A node that starts with a snapshot goes on behind it.
    if (node.applied.length < entry.index - 1) node.applied = this.decided.slice(0, entry.index - 1)
    node.applied.push(entry)
  }

  view(event: string, time: number): Readonly<Record<keyof typeof varTypes, ItfValue>> {
    return {
      event,
      time: `${time}`,
      running: this.map(({ isRunning }) => isRunning),
      role: this.map(({ role }) => role),
      epoch: this.map(({ epoch }) => integer(epoch)),
      leader: this.map(({ leader }) => integer(leader)),
      commit: this.map(({ commit }) => integer(commit)),
      applied: this.map(({ applied }) => applied.map(entryValue)),
      network: {
        '#set': [...this.network].map(([id, { source, target, kind }]) => ({
          id: integer(id),
          source: integer(source),
          target: integer(target),
          kind,
        })),
      },
    }
  }

  private map(value: (node: NodeState) => ItfValue): ItfValue {
    return { '#map': [...this.nodes].map(([id, node]) => [integer(id), value(node)] as const) }
  }
}

function integer(value: number): ItfValue {
  return { '#bigint': `${value}` }
}

function entryValue({ index, epoch, kind, text }: EntryView): ItfValue {
  return { index: integer(index), epoch: integer(epoch), command: kind === 'command' ? text : kind }
}
