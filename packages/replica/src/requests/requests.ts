import {
  type Entry,
  type ErrorCode,
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

/** A read that waits for the machine to reach an index. It stays in the table until it is answered. */
interface WaitingRead {
  readonly sequence: number
  readonly index: LogIndex
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
  'invalid-membership':
    'that membership cannot work: it is empty, or its quorums do not meet as this engine needs',
  'change-pending': 'another change of membership is under way, or may be; ask again when it is in force',
  'catch-up-failed': 'a replica that is to vote could not be brought up to date in time; nothing has changed',
  witness: 'this replica is a witness, which serves no clients; ask another one',
  transferring: 'leadership is being handed over; try again soon',
  'invalid-target':
    'leadership cannot be handed to that replica: it leads already, or is no voter that could',
  'transfer-failed': 'the other replica did not take over in time, or cannot any more',
  stopping: 'the replica is stopping',
}

/** Codes of reasons that have one of their own; the others are about who leads. */
const codes: Readonly<Partial<Record<RejectReason, ErrorCode>>> = {
  overloaded: 'OVERLOADED',
  'not-supported': 'NOT_SUPPORTED',
  'invalid-membership': 'USAGE',
  'change-pending': 'CHANGE_PENDING',
  'catch-up-failed': 'TIMEOUT',
  witness: 'NOT_SUPPORTED',
  'invalid-target': 'USAGE',
  'transfer-failed': 'TIMEOUT',
  stopping: 'STOPPED',
}

/** What asking again can change nothing about. */
const final: ReadonlySet<RejectReason> = new Set([
  'not-supported',
  'invalid-membership',
  'invalid-target',
  'witness',
])

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
    return this.table.size
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
    // Whoever is answered may ask or stop in return: the list is in order before.
    this.waitingReads = waitingReads.filter(({ index }) => index > applied)
    for (const { index, sequence } of waitingReads) if (index <= applied) this.answerRead(sequence)
  }

  /** The machine is not shown a command, as a witness's is not: it has no answers any more. */
  loseReads(): void {
    const { waitingReads } = this
    this.waitingReads = []
    for (const { sequence } of waitingReads) {
      this.table.remove(sequence)?.waiter.failed(rejection('witness', 'definitely-not', undefined))
    }
  }

  onReply(reply: Reply): void {
    switch (reply.type) {
      case 'readReady':
        return this.onReadReady(reply)
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
    const late = this.table.removeUpTo(this.table.lastSequence, ({ deadline }) => deadline <= now)
    if (late.length === 0) return
    this.waitingReads = this.waitingReads.filter(({ sequence }) => this.table.get(sequence) !== undefined)
    for (const { waiter } of late) {
      const options = { retryable: true, outcome: 'unknown' } as const
      waiter.failed(new QuorateError('TIMEOUT', `no answer within ${this.timeout} ms`, options))
    }
  }

  /** When the oldest request under way is given up. */
  nextDeadline(): number | undefined {
    return this.table.oldest()?.deadline
  }

  /** Ends everything: the replica stops. */
  failAll(error: QuorateError): void {
    for (const pending of this.table.removeUpTo(this.table.lastSequence, () => true))
      pending.waiter.failed(error)
  }

  private onReadReady({ sequence, index }: WaitingRead): void {
    if (index <= this.host.appliedIndex) return this.answerRead(sequence)
    if (this.table.get(sequence) !== undefined) this.waitingReads.push({ sequence, index })
  }

  /** Asks the machine first: if it throws, this request is one of those that the replica's end answers. */
  private answerRead(sequence: number): void {
    const pending = this.table.get(sequence)
    if (pending === undefined) return
    const answer = this.host.query(pending.query)
    this.table.remove(sequence)
    pending.waiter.done(answer, this.host.appliedIndex)
  }

  private abandon(sequence: number, reason: RejectReason): void {
    const lost = this.table.removeUpTo(sequence, (pending) => pending.kind === 'proposal')
    for (const pending of lost) pending.waiter.failed(rejection(reason, 'unknown', undefined))
  }
}

function rejection(
  reason: RejectReason,
  outcome: 'definitely-not' | 'unknown',
  leader: NodeId | undefined,
): QuorateError {
  const code = codes[reason] ?? (outcome === 'unknown' ? 'LEADERSHIP_LOST' : 'NOT_LEADER')
  const where = reason === 'not-leader' && leader !== undefined ? `; replica ${leader} does` : ''
  return new QuorateError(code, `${messages[reason]}${where}`, {
    retryable: !final.has(reason),
    outcome,
    details: { reason, leader },
  })
}
