import type { LogIndex, NodeId } from '@quorate/core'
import type { SimCluster } from '../cluster/sim-cluster.ts'
import type { InvariantName } from '../invariants/violation.ts'
import type { Random } from '../random/random.ts'
import type { HistoryRecorder } from '../workload/history-recorder.ts'
import type { WorkloadRun } from '../workload/workload.ts'

/** How often progress is looked for, milliseconds. */
const interval = 20

/** What a {@link Recovery} is made of. */
export interface RecoveryOptions {
  readonly cluster: SimCluster
  readonly workload: WorkloadRun
  readonly history: HistoryRecorder
  readonly random: Random
  /** What came before, and so what it means if the decided entries do not come back. */
  readonly after: 'chaos' | 'power cut'
  /** Virtual milliseconds that it may take. */
  readonly limit: number
  /** Gives a number that no other operation has. */
  readonly nextSerial: () => number
}

/**
 * When nothing is broken any more, a cluster must be of use again in bounded time: it has a leader, commits a new
 * write, applies it everywhere, and has answered every request.
 */
export class Recovery {
  private readonly options: RecoveryOptions
  private readonly deadline: number
  /** Where the new write is. */
  private written: LogIndex | undefined
  private isWriting = false
  private readonly recovered: () => void

  /** Begins now; calls `recovered` when all is well. */
  constructor(options: RecoveryOptions, recovered: () => void) {
    this.options = options
    this.recovered = recovered
    this.deadline = options.cluster.scheduler.now + options.limit * 1000
    this.wait()
  }

  private wait(): void {
    this.options.cluster.scheduler.after(interval, 'control', undefined, () => this.look())
  }

  private look(): void {
    const missing = this.missing()
    if (missing === undefined) return this.recovered()
    const { cluster, limit } = this.options
    if (cluster.scheduler.now >= this.deadline) return this.giveUp(missing, limit)
    if (this.written === undefined && !this.isWriting) this.write()
    this.wait()
  }

  /** What is not well yet, in words. */
  private missing(): string | undefined {
    const { cluster } = this.options
    const { decided, ledger } = cluster.books
    if (cluster.leader === undefined) return 'there is no leader'
    if (this.written === undefined) return 'no new write is committed'
    for (const { id, process } of cluster.nodes.values()) {
      const applied = process?.isRunning === true ? process.watch.appliedIndex : undefined
      if (applied === undefined) return `replica ${id} does not run`
      if (applied < decided.lastIndex)
        return `replica ${id} has applied ${applied} of ${decided.lastIndex} entries`
    }
    return ledger.openCount > 0 ? `without an answer: ${ledger.describeOpen()}` : undefined
  }

  private write(): void {
    const { cluster, workload, history, random, nextSerial } = this.options
    const node: NodeId = cluster.leader ?? random.pick([...cluster.nodes.keys()])
    const { process } = cluster.node(node)
    if (process?.isRunning !== true) return
    const operation = workload.probe({ client: 0, serial: nextSerial(), random })
    this.isWriting = true
    const call = history.call(-nextSerial(), node, operation, cluster.scheduler.steps)
    call.record = process.call(operation, (outcome) => {
      this.isWriting = false
      history.end(call, outcome, cluster.scheduler.steps)
      if (outcome.type === 'ok') this.written = outcome.index
    })
  }

  private giveUp(missing: string, limit: number): void {
    const { cluster } = this.options
    const views = [...cluster.nodes.values()].map(({ id, process }) => [id, process?.view])
    cluster.books.blame({
      invariant: this.brokenInvariant(missing),
      message: `${limit.toFixed(0)} ms after everything was mended ${missing}`,
      node: undefined,
      context: { replicas: Object.fromEntries(views) as unknown },
    })
  }

  private brokenInvariant(missing: string): InvariantName {
    if (missing.startsWith('without an answer')) return 'answered'
    return this.options.after === 'power cut' && missing.includes('has applied') ? 'durability' : 'liveness'
  }
}
