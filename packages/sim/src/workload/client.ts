import type { LogIndex, NodeId } from '@quorate/core'
import type { CallOutcome } from '../cluster/call.ts'
import type { SimCluster } from '../cluster/sim-cluster.ts'
import type { SimProcess } from '../cluster/sim-process.ts'
import type { Random } from '../random/random.ts'
import type { Describe } from '../trace/event-log.ts'
import type { HistoryRecorder } from './history-recorder.ts'
import type { PlannedCall } from './planned-call.ts'
import type { WorkloadOperation, WorkloadRun } from './workload.ts'

/** How a client behaves. */
export interface ClientSettings {
  /** How often a call goes to any replica, rather than to the one that the client believes to lead. */
  readonly wandering: number
}

/** What all clients of a run share. */
export interface ClientHost {
  readonly cluster: SimCluster
  readonly history: HistoryRecorder
  readonly workload: WorkloadRun
  readonly settings: ClientSettings
  /** A client is to make that call at that time, unless it is stopped before. */
  planned(call: PlannedCall): void
  /** Where calls come at a rate of their own: takes back a client that has no call under way any more. */
  readonly rested?: (client: SimClient) => void
}

/**
 * A client: one operation at a time, each of them new. What was refused is not tried again, so that an operation in the
 * history stands for one request. Its calls have their times; one whose time comes while another is under way is made
 * as soon as that is answered.
 */
export class SimClient {
  private readonly host: ClientHost
  /** Begins anew for each call, so that a call's draws do not depend on the calls before it. */
  private readonly random: Random
  private readonly calls: Iterator<PlannedCall>
  /** Its number in the history; another one after an operation whose end it did not learn. */
  private number: number
  /** What that was at first. */
  readonly first: number
  private readonly stride: number
  private preferred: NodeId | undefined
  /** With one life of a replica: what it has shown to this client. */
  private session: { readonly process: SimProcess; shown: LogIndex } | undefined
  private isStopped = false

  /** `stride`: how many clients there are. `calls`: its own, in the order of their times. */
  constructor(
    number: number,
    stride: number,
    host: ClientHost,
    random: Random,
    calls: Iterator<PlannedCall>,
  ) {
    this.number = number
    this.first = number
    this.stride = stride
    this.host = host
    this.random = random
    this.calls = calls
  }

  start(): void {
    this.rest()
  }

  /** Makes no further calls. */
  stop(): void {
    this.isStopped = true
  }

  private rest(): void {
    if (this.isStopped) return
    if (this.host.rested !== undefined) return this.host.rested(this)
    const next = this.calls.next()
    if (next.done === true) return
    const { value: call } = next
    const { scheduler } = this.host.cluster
    const time = Math.max(scheduler.now, Math.round(call.at * 1000))
    const event = scheduler.at(time, 'client', undefined, () => this.act(call))
    this.host.planned({ ...call, client: this.first, at: event.time / 1000 })
  }

  /** It is told who leads, if somebody does. */
  prefer(leader: NodeId | undefined): void {
    this.preferred = leader ?? this.preferred
  }

  /** Makes that call now; nothing happens if the replica that it would ask is down. */
  act(call: PlannedCall): void {
    if (this.isStopped) return
    const { workload, cluster } = this.host
    this.random.restart(call.serial)
    const operation = workload.next({ client: this.number, serial: call.serial, random: this.random })
    const node = this.chooseNode()
    const { process } = cluster.node(node)
    if (process?.isRunning !== true) {
      this.wander()
      return this.rest()
    }
    this.call(node, process, operation)
  }

  private chooseNode(): NodeId {
    if (this.preferred === undefined || this.random.chance(this.host.settings.wandering))
      return this.anyNode()
    return this.preferred
  }

  private call(node: NodeId, process: SimProcess, operation: WorkloadOperation): void {
    const { cluster, history } = this.host
    cluster.noteOf(node, describeCall, this.number, operation)
    const call = history.call(this.number, node, operation, cluster.scheduler.steps)
    const { session } = this
    const floor = session?.process === process ? session.shown : 0
    call.record = process.call(operation, floor, (outcome) => {
      this.note(node, operation, outcome)
      if (outcome.type === 'ok') this.session = { process, shown: Math.max(floor, outcome.index) }
      history.end(call, outcome, cluster.scheduler.steps)
      this.follow(node, outcome)
      this.rest()
    })
  }

  private note(node: NodeId, operation: WorkloadOperation, outcome: CallOutcome): void {
    const { cluster } = this.host
    if (outcome.type === 'ok') cluster.noteOf(node, describeAnswer(this.number), operation, outcome)
    else cluster.noteOf(node, describeFailure, this.number, outcome.type)
  }

  /** Learns from an outcome where to ask next. */
  private follow(node: NodeId, outcome: CallOutcome): void {
    if (outcome.type === 'ok') {
      this.preferred = node
    } else if (outcome.type === 'refused' && outcome.leader !== undefined) {
      this.preferred = outcome.leader
    } else {
      this.wander()
    }
    if (outcome.type === 'unknown') this.number += this.stride
  }

  private wander(): void {
    this.preferred = this.anyNode()
  }

  private anyNode(): NodeId {
    return this.random.pick([...this.host.cluster.nodes.keys()])
  }
}

function describeCall(client: number, { input }: WorkloadOperation): string {
  return `client ${client} calls ${JSON.stringify(input)}`
}

function describeAnswer(client: number): Describe<WorkloadOperation, CallOutcome & { type: 'ok' }> {
  return (operation, { answer, index }) =>
    `client ${client}: ${JSON.stringify(operation.output(answer))} at index ${index}`
}

function describeFailure(client: number, type: CallOutcome['type']): string {
  return `client ${client}: ${type}`
}
