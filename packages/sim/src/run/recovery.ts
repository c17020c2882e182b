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
  readonly after: 'freeze' | 'mending' | 'power cut'
  /** Who must be of use again: asked each time, because a replica may turn out to be lost for good. */
  readonly replicas: () => readonly NodeId[]
  /** Is there a reason for which it need not be so? Asked when the time is up; the recovery is over then. */
  readonly excused?: () => boolean
  /** Virtual milliseconds that it may take. */
  readonly limit: number
  /** Gives a number that no other operation has. */
  readonly nextSerial: () => number
}

/**
 * When the replicas that it is about are not broken any more, they must be of use again in bounded time: they hear a
 * leader, commit a new write, have applied it, and have answered every request that was made at them.
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
    const { cluster } = this.options
    if (cluster.scheduler.now >= this.deadline) return this.giveUp(missing)
    if (this.written === undefined && !this.isWriting) this.write()
    this.wait()
  }

  /** What is not well yet, in words. */
  private missing(): string | undefined {
    const { cluster, after, replicas } = this.options
    const { decided, ledger } = cluster.books
    const { leader } = cluster
    const concerned = replicas()
    if (leader === undefined) return 'there is no leader'
    if (this.written === undefined) return 'no new write is committed'
    // What others alone have applied may still be on its way.
    const goal = after === 'freeze' ? this.written : decided.lastIndex
    for (const id of concerned) {
      const { process } = cluster.node(id)
      if (process?.isRunning !== true) return `replica ${id} does not run`
      if (process.view?.leader !== leader) return `replica ${id} does not follow the leader, ${leader}`
      const applied = process.watch.appliedIndex
      if (applied < goal) return `replica ${id} has applied ${applied} of ${goal} entries`
    }
    const open = ledger.describeOpen((node) => concerned.includes(node))
    return open === '' ? undefined : `without an answer: ${open}`
  }

  private write(): void {
    const { cluster, workload, history, random, nextSerial } = this.options
    const concerned = this.options.replicas()
    // All may be lost for good, where nothing keeps them from it.
    if (concerned.length === 0) return
    const { leader } = cluster
    const node = leader !== undefined && concerned.includes(leader) ? leader : random.pick(concerned)
    const { process } = cluster.node(node)
    if (process?.isRunning !== true) return
    const operation = workload.probe({ client: 0, serial: nextSerial(), random })
    this.isWriting = true
    const call = history.call(-nextSerial(), node, operation, cluster.scheduler.steps)
    call.record = process.call(operation, 0, (outcome) => {
      this.isWriting = false
      history.end(call, outcome, cluster.scheduler.steps)
      if (outcome.type === 'ok') this.written = outcome.index
    })
  }

  private giveUp(missing: string): void {
    const { cluster, limit, excused, after, replicas } = this.options
    if (excused?.() === true) return this.recovered()
    const views = [...cluster.nodes.values()].map(({ id, process }) => [id, process?.view])
    const whole =
      after === 'freeze' ? `the core ${replicas().join(', ')} was healed` : 'everything was mended'
    cluster.books.blame({
      invariant: this.brokenInvariant(missing),
      message: `${limit.toFixed(0)} ms after ${whole} ${missing}`,
      node: undefined,
      context: { replicas: Object.fromEntries(views) as unknown },
    })
  }

  private brokenInvariant(missing: string): InvariantName {
    if (missing.startsWith('without an answer')) return 'answered'
    return this.options.after === 'power cut' && missing.includes('has applied') ? 'durability' : 'liveness'
  }
}
