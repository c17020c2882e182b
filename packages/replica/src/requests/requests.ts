import {
  type Entry,
  type LogIndex,
  type NodeId,
  QuorateError,
  type RejectReason,
  type Reply,
} from '@quorate/core'
import { RequestTable } from './request-table.ts'
import type { Waiter } from './waiter.ts'

/** A request under way at this replica. */
interface PendingRequest {
  readonly kind: 'proposal' | 'read' | 'other'
  readonly query: unknown
  readonly waiter: Waiter<unknown>
  /** When it is given up, monotonic milliseconds. */
  readonly deadline: number
}

/** Reads that wait for the machine to reach an index. */
interface WaitingRead {
  readonly index: LogIndex
  readonly query: unknown
  readonly waiter: Waiter<unknown>
  readonly deadline: number
}

/** What a {@link Requests} needs of its replica. */
export interface RequestsHost {
  query(query: unknown): unknown
  readonly appliedIndex: LogIndex
}

const messages: Readonly<Record<RejectReason, string>> = {
  'not-leader': 'this replica does not lead',
  'no-leader': 'there is no leader just now; try again soon',
  'leadership-lost': 'leadership was lost before the request was known to be done',
  overloaded: 'too much is under way; try again later',
  'not-supported': 'this engine does not support that',
  'not-member': 'this replica is not a member',
  transferring: 'leadership is being handed over; try again soon',
  stopping: 'the replica is stopping',
}

/** The requests of one replica's own clients, each of which gets exactly one answer. */
export class Requests {
  private readonly table: RequestTable<PendingRequest>
  private waitingReads: WaitingRead[] = []
  private readonly host: RequestsHost
  private readonly timeout: number

  constructor(firstSequence: number, host: RequestsHost, timeout: number) {
    this.table = new RequestTable(firstSequence)
    this.host = host
    this.timeout = timeout
  }

  /** Requests that have no answer yet. */
  get size(): number {
    return this.table.size + this.waitingReads.length
  }

  add(kind: PendingRequest['kind'], query: unknown, waiter: Waiter<unknown>, now: number): number {
    return this.table.add({ kind, query, waiter, deadline: now + this.timeout })
  }

  /** An entry of this replica's own was applied. */
  applied(entry: Entry, result: unknown): void {
    const pending = entry.request === undefined ? undefined : this.table.remove(entry.request.sequence)
    pending?.waiter.done(result, entry.index)
  }

  /** Answers the reads that the machine has caught up with. */
  advance(): void {
    const { waitingReads } = this
    const applied = this.host.appliedIndex
    if (waitingReads.length === 0) return
    let kept = 0
    for (const read of waitingReads) {
      if (read.index <= applied) read.waiter.done(this.host.query(read.query), applied)
      else waitingReads[kept++] = read
    }
    waitingReads.length = kept
  }

  onReply(reply: Reply): void {
    switch (reply.type) {
      case 'readReady':
        return this.onReadReady(reply.sequence, reply.index)
      case 'done':
        return this.table.remove(reply.sequence)?.waiter.done(undefined, this.host.appliedIndex)
      case 'rejected': {
        const { leader, outcome, reason } = reply
        return this.table.remove(reply.sequence)?.waiter.failed(rejection(reason, outcome, leader))
      }
      case 'abandoned':
        return this.abandon(reply.sequence, reply.reason)
    }
  }

  /** Gives up what has waited too long. */
  expire(now: number): void {
    const isLate = ({ deadline }: { readonly deadline: number }): boolean => deadline <= now
    const late = this.table.removeUpTo(this.table.lastSequence, isLate)
    const lateReads = this.waitingReads.filter(isLate)
    if (lateReads.length > 0) this.waitingReads = this.waitingReads.filter((read) => !isLate(read))
    for (const { waiter } of [...late, ...lateReads]) {
      const options = { retryable: true, outcome: 'unknown' } as const
      waiter.failed(new QuorateError('TIMEOUT', `no answer within ${this.timeout} ms`, options))
    }
  }

  /** When the oldest request under way is given up. */
  nextDeadline(): number | undefined {
    let next = this.table.oldest()?.deadline
    for (const { deadline } of this.waitingReads) if (next === undefined || deadline < next) next = deadline
    return next
  }

  /** Ends everything: the replica stops. */
  failAll(error: QuorateError): void {
    for (const pending of this.table.removeUpTo(this.table.lastSequence, () => true)) pending.waiter.failed(error)
    for (const read of this.waitingReads.splice(0)) read.waiter.failed(error)
  }

  private onReadReady(sequence: number, index: LogIndex): void {
    const pending = this.table.remove(sequence)
    if (pending === undefined) return
    const { query, waiter, deadline } = pending
    if (index <= this.host.appliedIndex) waiter.done(this.host.query(query), this.host.appliedIndex)
    else this.waitingReads.push({ index, query, waiter, deadline })
  }

  private abandon(sequence: number, reason: RejectReason): void {
    const lost = this.table.removeUpTo(sequence, (pending) => pending.kind === 'proposal')
    for (const pending of lost) pending.waiter.failed(rejection(reason, 'unknown', undefined))
  }
}

function rejection(reason: RejectReason, outcome: 'definitely-not' | 'unknown', leader: NodeId | undefined): QuorateError {
  const code =
    reason === 'overloaded'
      ? 'OVERLOADED'
      : reason === 'not-supported'
        ? 'NOT_SUPPORTED'
        : outcome === 'unknown'
          ? 'LEADERSHIP_LOST'
          : 'NOT_LEADER'
  return new QuorateError(code, messages[reason], {
    retryable: reason !== 'not-supported',
    outcome,
    details: { reason, leader },
  })
}
