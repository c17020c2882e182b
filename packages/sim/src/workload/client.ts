import type { NodeId } from '@quorate/core'
import type { CallOutcome } from '../cluster/call.ts'
import type { SimCluster } from '../cluster/sim-cluster.ts'
import type { Random } from '../random/random.ts'
import type { HistoryRecorder } from './history-recorder.ts'
import type { WorkloadOperation, WorkloadRun } from './workload.ts'

/** How a client behaves. */
export interface ClientSettings {
  /** Mean pause between an answer and the next call, milliseconds. */
  readonly thinkTime: number
  /** How often a call goes to any replica, rather than to the one that the client believes to lead. */
  readonly wandering: number
}

/** What all clients of a run share. */
export interface ClientHost {
  readonly cluster: SimCluster
  readonly history: HistoryRecorder
  readonly workload: WorkloadRun
  readonly settings: ClientSettings
  /** Gives a number that no other operation has. Undefined: enough has been done. */
  nextSerial(): number | undefined
}

/**
 * A client: one operation at a time, each of them new. What was refused is not tried again, so that an operation in the
 * history stands for one request.
 */
export class SimClient {
  private readonly host: ClientHost
  private readonly random: Random
  /** Its number; another one after an operation whose end it did not learn. */
  private number: number
  private readonly stride: number
  private preferred: NodeId
  private isStopped = false

  /** `stride`: how many clients there are. */
  constructor(number: number, stride: number, host: ClientHost, random: Random) {
    this.number = number
    this.stride = stride
    this.host = host
    this.random = random
    this.preferred = random.pick([...host.cluster.nodes.keys()])
  }

  start(): void {
    this.rest()
  }

  /** Makes no further calls. */
  stop(): void {
    this.isStopped = true
  }

  private rest(): void {
    const pause = this.random.exponential(this.host.settings.thinkTime)
    this.host.cluster.scheduler.after(pause, 'client', undefined, () => this.act())
  }

  private act(): void {
    const serial = this.isStopped ? undefined : this.host.nextSerial()
    if (serial === undefined) return
    const { workload } = this.host
    const operation = workload.next({ client: this.number, serial, random: this.random })
    this.call(this.chooseNode(), operation)
  }

  private chooseNode(): NodeId {
    const { cluster, settings } = this.host
    return this.random.chance(settings.wandering)
      ? this.random.pick([...cluster.nodes.keys()])
      : this.preferred
  }

  private call(node: NodeId, operation: WorkloadOperation): void {
    const { cluster, history } = this.host
    const { process } = cluster.node(node)
    if (process?.isRunning !== true) {
      this.wander()
      return this.rest()
    }
    cluster.note(node, () => `client ${this.number} calls ${JSON.stringify(operation.input)}`)
    const call = history.call(this.number, node, operation, cluster.scheduler.steps)
    call.record = process.call(operation, (outcome) => {
      this.note(node, outcome, operation)
      history.end(call, outcome, cluster.scheduler.steps)
      this.follow(node, outcome)
      this.rest()
    })
  }

  private note(node: NodeId, outcome: CallOutcome, operation: WorkloadOperation): void {
    const { cluster } = this.host
    const { number } = this
    if (outcome.type !== 'ok') return cluster.note(node, () => `client ${number}: ${outcome.type}`)
    const { answer, index } = outcome
    cluster.note(
      node,
      () => `client ${number}: ${JSON.stringify(operation.output(answer))} at index ${index}`,
    )
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
    this.preferred = this.random.pick([...this.host.cluster.nodes.keys()])
  }
}
