import type { AnyEngineDefinition, Membership, NodeId } from '@quorate/core'
import { ComponentTable } from '../store/component-table.ts'
import { PairMap } from '../store/pair-map.ts'
import { type Components, type Flight, noEvent } from './components.ts'
import type { EngineRules } from './engine-rules.ts'
import type { HistoryEvent, Violation } from './history.ts'
import type { Local } from './local.ts'
import { NodeWork } from './node-work.ts'

/** What can happen to one replica, besides the arrival of a message. */
export type LocalInput =
  | { readonly type: 'start' }
  | { readonly type: 'crash'; readonly keep: number }
  | { readonly type: 'persist' }
  | { readonly type: 'timeout'; readonly timer: string }
  | { readonly type: 'peerUp' | 'peerDown'; readonly peer: NodeId }
  | { readonly type: 'propose'; readonly sequence: number; readonly data: string }
  | { readonly type: 'read'; readonly sequence: number }
  | { readonly type: 'snapshot' }
  /** The end of the transfer of the snapshot of that number. */
  | { readonly type: 'snapshotSent'; readonly to: NodeId; readonly meta: number }
  | { readonly type: 'snapshotFailed'; readonly to: NodeId }

/** What comes of an input at a replica, as numbers. */
export interface StepResult {
  readonly local: number
  /** Flights, in the order in which they leave. */
  readonly sends: readonly number[]
  readonly resets: readonly NodeId[]
  readonly event: number
  /** Nothing has changed, nothing leaves. */
  readonly isIdle: boolean
}

/** Results kept before all are dropped and worked out again as needed. */
const mostResults = 1_000_000

/** The steps of engines, each worked out once for each different replica state and input. */
export class StepTable {
  private readonly components: Components
  private readonly definition: AnyEngineDefinition
  private readonly membership: Membership
  private readonly rules: EngineRules
  private readonly inputs = new ComponentTable<LocalInput>()
  private results: StepResult[] = []
  private known = new PairMap()

  constructor(
    components: Components,
    definition: AnyEngineDefinition,
    membership: Membership,
    rules: EngineRules,
  ) {
    this.components = components
    this.definition = definition
    this.membership = membership
    this.rules = rules
  }

  /** Names an input for {@link step}. */
  codeOf(input: LocalInput): number {
    return 2 * this.inputs.intern(input) + 1
  }

  codeOfFlight(flight: number): number {
    return 2 * flight
  }

  step(local: number, code: number): StepResult {
    const number = this.known.get(local, code)
    if (number !== undefined) return this.results[number]!
    const result = this.work(local, code)
    if (this.results.length >= mostResults) {
      this.results = []
      this.known = new PairMap()
    }
    this.known.set(local, code, this.results.length)
    this.results.push(result)
    return result
  }

  private work(local: number, code: number): StepResult {
    const before = this.components.locals[local]!
    const work = new NodeWork(this.definition, this.membership, before)
    const input = (code & 1) === 0 ? undefined : this.inputs.get(code >> 1)
    try {
      if (input === undefined) this.receive(work, this.components.flights[code >> 1]!)
      else this.carryIn(work, before.node, input)
      const after = work.local()
      return this.resultOf(local, before, work, after, input)
    } catch (error) {
      return this.broken(local, before, error)
    }
  }

  private receive(work: NodeWork, flight: Flight): void {
    const message = this.components.messageOf(flight)
    const snapshot = this.components.snapshotOf(flight)
    if (snapshot === undefined) work.step({ type: 'receive', from: flight.from, message })
    else work.receiveSnapshot(flight.from, message, snapshot)
  }

  private carryIn(work: NodeWork, node: NodeId, input: LocalInput): void {
    switch (input.type) {
      case 'start':
        return work.start()
      case 'crash':
        return work.crash(input.keep)
      case 'persist':
        return work.completeWrite()
      case 'timeout':
        return work.fire(input.timer)
      case 'propose': {
        const data = Uint8Array.from(input.data, (c) => c.charCodeAt(0))
        return work.step({ type: 'propose', request: { replica: node, sequence: input.sequence }, data })
      }
      case 'read':
        return work.step({
          type: 'read',
          request: { replica: node, sequence: input.sequence },
          mode: 'linearizable',
        })
      case 'snapshot':
        work.buildSnapshot()
        return
      case 'snapshotSent':
        return work.step({ type: 'snapshotSent', to: input.to, meta: this.components.metas.get(input.meta) })
      case 'snapshotFailed':
        return work.step({ type: 'snapshotFailed', to: input.to, cause: 'lost' })
      case 'peerUp':
      case 'peerDown':
        return work.step(input)
    }
  }

  private resultOf(
    number: number,
    before: Local,
    work: NodeWork,
    after: Local,
    input: LocalInput | undefined,
  ): StepResult {
    const { components } = this
    const local = components.internLocal(after)
    if (local !== number) this.judge(before, after)
    const sends = work.sent.map(({ to, message, snapshot }) =>
      components.internFlight(before.node, to, message, snapshot),
    )
    const event = components.events.intern(
      eventOf(components, before, work, input, this.definition.acceptance === 'slot'),
    )
    const isIdle = local === number && sends.length === 0 && work.resets.length === 0 && event === 0
    return { local, sends, resets: work.resets, event, isIdle }
  }

  /** The engine's own rules, which throw what they find. */
  private judge(before: Local, after: Local): void {
    if (!after.running) return
    this.rules.validate?.(after.state as never)
    if (before.running && before.incarnation === after.incarnation) {
      this.rules.checkDelta?.(before.state as never, after.state as never)
    }
  }

  private broken(local: number, before: Local, error: unknown): StepResult {
    const message = error instanceof Error ? error.message : String(error)
    const violation: Violation = {
      invariant: 'assertion',
      message: `replica ${before.node}: ${message}`,
    }
    const event = { ...noEvent, node: before.node, violation }
    return { local, sends: [], resets: [], event: this.components.events.intern(event), isIdle: false }
  }
}

function eventOf(
  components: Components,
  before: Local,
  work: NodeWork,
  input: LocalInput | undefined,
  sharesEpoch: boolean,
): HistoryEvent {
  const { node } = before
  const seen = work.observe()
  const leads = seen?.leader === node && !(work.seen?.leader === node && work.seen.epoch === seen.epoch)
  const applied = work.applied.map(
    (entry) => [entry.index, components.entries.numberOf(entry), entry.request?.replica === node] as const,
  )
  const served = work.replies.flatMap((reply) =>
    reply.type === 'readReady' ? [[reply.sequence, reply.index] as const] : [],
  )
  const refused = work.replies.flatMap((reply) => (reply.type === 'rejected' ? [reply.sequence] : []))
  const readBegun = input?.type === 'read' && before.running ? input.sequence : undefined
  const crashed = input?.type === 'crash' && before.running
  const violation = disorderOf(before, work)
  const isQuiet =
    !leads && work.applied.length === 0 && work.replies.length === 0 && readBegun === undefined && !crashed
  if (isQuiet && violation === undefined) return noEvent
  const epoch = seen?.epoch ?? 0
  return { node, epoch, leads, sharesEpoch, applied, served, refused, readBegun, crashed, violation }
}

/** Entries are applied in order, each once in a replica's life; nothing is committed or durable that is not there. */
function disorderOf(before: Local, work: NodeWork): Violation | undefined {
  const { node } = before
  const first = work.applied[0]
  const gap = work.applied.findIndex((entry, i) => entry.index !== first!.index + i)
  const expected = work.appliedIndex - work.applied.length + 1
  if (first !== undefined && (gap >= 0 || first.index !== expected)) {
    const indexes = work.applied.map(({ index }) => index).join()
    return {
      invariant: 'apply-order',
      message: `replica ${node} applies ${indexes}, expected ${expected}`,
    }
  }
  const seen = work.observe()
  if (seen === undefined) return undefined
  const { commitIndex, lastIndex, durableIndex } = seen
  if (commitIndex <= lastIndex && durableIndex <= lastIndex) return undefined
  const message = `replica ${node}: last ${lastIndex}, committed ${commitIndex}, durable ${durableIndex}`
  return { invariant: 'index-order', message }
}
