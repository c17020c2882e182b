import type { QuorateError } from '@quorate/core'
import type { CallOutcome, CallRequest, KeyValueCall } from '../key-value/key-value-adapter.ts'
import type { ResponseWaiter } from '../service/service-client.ts'
import type { WorkloadOperation } from '../workload/operation.ts'

/** What a client needs of the driver of the load. */
export interface LoadHost {
  now(): number
  nextOperation(client: number): WorkloadOperation | undefined
  begin(operation: WorkloadOperation): KeyValueCall
  send(request: CallRequest, waiter: ResponseWaiter): void
  completed(client: LoadClient, outcome: CallOutcome): void
  /** It may or may not happen. */
  lost(client: LoadClient): void
  /** It did not happen, and can be tried again once there is somebody to ask. */
  refused(client: LoadClient): void
}

/** A closed-loop client: one operation under way, the next begins when it ends. Its own waiter. */
export class LoadClient implements ResponseWaiter {
  readonly id: number
  operation: WorkloadOperation | undefined
  calledAt = 0
  private current: KeyValueCall | undefined
  private readonly host: LoadHost

  constructor(id: number, host: LoadHost) {
    this.id = id
    this.host = host
  }

  /** Begins the next operation; false if the load is over. */
  start(): boolean {
    this.operation = this.host.nextOperation(this.id)
    if (this.operation === undefined) return false
    this.calledAt = this.host.now()
    this.retry()
    return true
  }

  /** Begins the present operation again, from its first request. */
  retry(): void {
    if (this.operation === undefined) return
    this.current = this.host.begin(this.operation)
    this.host.send(this.current.first(), this)
  }

  done(bytes: Uint8Array, index: number): void {
    const step = this.current!.next(bytes, index)
    if (step.type !== 'outcome') this.host.send(step, this)
    else this.host.completed(this, step)
  }

  failed(error: QuorateError): void {
    if (error.outcome === 'definitely-not') this.host.refused(this)
    else this.host.lost(this)
  }
}
