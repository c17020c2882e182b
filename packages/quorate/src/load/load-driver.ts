import { performance } from 'node:perf_hooks'
import type { NodeId } from '@quorate/core'
import type {
  CallOutcome,
  CallRequest,
  KeyValueAdapter,
  KeyValueCall,
} from '../key-value/key-value-adapter.ts'
import { LatencyHistogram } from '../measure/latency-histogram.ts'
import { Timeline } from '../measure/timeline.ts'
import type { ResponseWaiter } from '../service/service-client.ts'
import type { OperationSource, WorkloadOperation } from '../workload/operation.ts'
import { LeaderLinks } from './leader-links.ts'
import { LoadClient, type LoadHost } from './load-client.ts'
import type { OperationRecord } from './operation-record.ts'

/** A refused operation is tried again after so long, if no leader comes up before. Milliseconds. */
const retryDelay = 5

/** Drives closed-loop clients against whichever replica leads, and records what came of every operation. */
export class LoadDriver implements LoadHost {
  readonly links: LeaderLinks
  readonly history: OperationRecord[] = []
  readonly latency: LatencyHistogram = new LatencyHistogram()
  readonly timeline: Timeline
  readonly counts: Record<string, number> = {}
  unknown: number = 0
  acknowledged: number = 0
  /** Set to a moment on this driver's clock: the next acknowledgement is noted. */
  watchFrom: number = Infinity
  /** When that acknowledgement came; undefined before. */
  firstAfterWatch: number | undefined
  private readonly adapter: KeyValueAdapter
  private readonly source: OperationSource
  private readonly parked = new Set<LoadClient>()
  private readonly awaiting: (() => void)[] = []
  private retryTimer: NodeJS.Timeout | undefined
  private active = 0
  private stopping = false
  private begun = 0

  constructor(
    addresses: ReadonlyMap<NodeId, { host: string; port: number }>,
    adapter: KeyValueAdapter,
    source: OperationSource,
    intervalMs: number,
  ) {
    this.adapter = adapter
    this.source = source
    this.timeline = new Timeline(intervalMs)
    this.links = new LeaderLinks(addresses, () => this.resume())
  }

  now(): number {
    return performance.now()
  }

  /** When the clients started, on this driver's clock. */
  get startedAt(): number {
    return this.begun
  }

  /** Starts `count` clients. */
  start(count: number): void {
    this.begun = this.now()
    for (let id = 0; id < count; id++) {
      this.active += 1
      this.next(new LoadClient(id, this))
    }
  }

  /** Lets what is under way end, and begins nothing more. */
  stop(): Promise<void> {
    this.stopping = true
    clearTimeout(this.retryTimer)
    this.end(this.parked.size)
    this.parked.clear()
    return new Promise((resolve) => {
      if (this.active === 0) resolve()
      else this.awaiting.push(resolve)
    })
  }

  nextOperation(client: number): WorkloadOperation | undefined {
    return this.stopping ? undefined : this.source.next(client)
  }

  begin(operation: WorkloadOperation): KeyValueCall {
    return this.adapter.call(operation)
  }

  send(request: CallRequest, waiter: ResponseWaiter): void {
    const leader = this.links.leaderClient
    if (leader === undefined) this.park(waiter as LoadClient)
    else if (request.type === 'propose') leader.propose(request.bytes, waiter)
    else leader.read(request.bytes, 'linearizable', waiter)
  }

  completed(client: LoadClient, outcome: CallOutcome): void {
    const now = this.now()
    const operation = client.operation!
    this.latency.record(now - client.calledAt)
    this.timeline.record(now - this.begun)
    this.counts[operation.op] = (this.counts[operation.op] ?? 0) + 1
    this.acknowledged += 1
    if (this.firstAfterWatch === undefined && now > this.watchFrom) this.firstAfterWatch = now
    const { value, succeeded, index, expected } = outcome
    const { id, calledAt: call } = client
    this.history.push({ client: id, operation, call, return: now, value, succeeded, index, expected })
    this.next(client)
  }

  lost(client: LoadClient): void {
    this.unknown += 1
    const { id, calledAt: call } = client
    const nothing = { value: undefined, succeeded: false, index: 0 }
    this.history.push({ client: id, operation: client.operation!, call, return: Infinity, ...nothing })
    this.next(client)
  }

  refused(client: LoadClient): void {
    this.park(client)
  }

  private next(client: LoadClient): void {
    if (!client.start()) this.end()
  }

  /** Waits for a leader, or a little while. */
  private park(client: LoadClient): void {
    if (this.stopping) return this.end()
    this.parked.add(client)
    this.retryLater()
  }

  private retryLater(): void {
    this.retryTimer ??= setTimeout(() => {
      this.retryTimer = undefined
      if (this.links.leaderClient !== undefined) this.resume()
      else if (this.parked.size > 0) this.retryLater()
    }, retryDelay)
  }

  private resume(): void {
    const clients = [...this.parked]
    this.parked.clear()
    for (const client of clients) client.retry()
  }

  private end(clients = 1): void {
    this.active -= clients
    if (this.active === 0) for (const resolve of this.awaiting.splice(0)) resolve()
  }
}
