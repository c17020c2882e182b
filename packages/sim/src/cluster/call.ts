import type { LogIndex, NodeId, QuorateError } from '@quorate/core'
import type { Waiter } from '@quorate/replica'
import type { RequestLedger, RequestRecord } from '../invariants/request-ledger.ts'

/** What became of a call. */
export type CallOutcome =
  | { readonly type: 'ok'; readonly answer: unknown; readonly index: LogIndex }
  /** Definitely not done. `leader`: where to ask instead. */
  | { readonly type: 'refused'; readonly leader: NodeId | undefined }
  /** Perhaps done. */
  | { readonly type: 'unknown' }

/** A client's call under way at a replica: tells the client, and enters the answer in the books. */
export class Call implements Waiter<unknown> {
  readonly record: RequestRecord
  private readonly ledger: RequestLedger
  private readonly ended: (outcome: CallOutcome) => void
  /** The calls under way at its replica. */
  private readonly underWay: Set<Call>

  constructor(
    record: RequestRecord,
    ledger: RequestLedger,
    ended: (outcome: CallOutcome) => void,
    underWay: Set<Call>,
  ) {
    this.record = record
    this.ledger = ledger
    this.ended = ended
    this.underWay = underWay
  }

  done(answer: unknown, index: LogIndex): void {
    this.ledger.done(this.record, index)
    this.end({ type: 'ok', answer, index })
  }

  failed(error: QuorateError): void {
    this.ledger.failed(this.record, error)
    if (error.outcome === 'definitely-not') this.end({ type: 'refused', leader: leaderIn(error) })
    else this.end({ type: 'unknown' })
  }

  /** The replica died. */
  lost(): void {
    this.ended({ type: 'unknown' })
  }

  private end(outcome: CallOutcome): void {
    this.underWay.delete(this)
    this.ended(outcome)
  }
}

function leaderIn(error: QuorateError): NodeId | undefined {
  const leader = error.details['leader']
  return typeof leader === 'number' ? leader : undefined
}
