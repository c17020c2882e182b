import { type LogIndex, type NodeId, type QuorateError, finish, mixBytes } from '@quorate/core'
import { type DecidedLog, requestKey } from './decided-log.ts'
import type { Blame, InvariantName } from './violation.ts'

/** A client's request at a replica, and what became of it. */
export interface RequestRecord {
  readonly node: NodeId
  readonly kind: 'write' | 'read'
  /** What a read must reflect at least. */
  readonly floor: LogIndex
  /** `replica:sequence`, once the engine has been given it. */
  key: string | undefined
  /** `refused`: definitely not done. `unknown`: perhaps done. `lost`: its replica died. */
  state: 'open' | 'done' | 'refused' | 'unknown' | 'lost'
}

/** All requests of all clients: each gets one answer, and the answer is true. */
export class RequestLedger {
  /** The highest index that an answer has shown to a client. */
  private shownIndex: LogIndex = 0
  private readonly open = new Set<RequestRecord>()
  private readonly proposals = new Map<string, { readonly record: RequestRecord; readonly hash: number }>()
  private readonly decided: DecidedLog
  private readonly blame: Blame

  constructor(decided: DecidedLog, blame: Blame) {
    this.decided = decided
    this.blame = blame
  }

  /** Requests that have no answer yet. */
  get openCount(): number {
    return this.open.size
  }

  /** A client asks the replica `node`. */
  begin(node: NodeId, kind: RequestRecord['kind']): RequestRecord {
    const record: RequestRecord = { node, kind, floor: this.shownIndex, key: undefined, state: 'open' }
    this.open.add(record)
    return record
  }

  /** The replica gave the request to its engine, as `sequence`. */
  submitted(record: RequestRecord, sequence: number, data: Uint8Array | undefined): void {
    record.key = requestKey(record.node, sequence)
    if (data !== undefined) this.proposals.set(record.key, { record, hash: finish(mixBytes(0, data)) })
  }

  done(record: RequestRecord, index: LogIndex): void {
    if (!this.answer(record, 'done')) return
    if (record.kind === 'read' && index < record.floor) {
      this.accuse(
        'fresh-reads',
        record,
        `a read reflects index ${index}, but ${record.floor} had been shown before`,
        {
          index,
        },
      )
    }
    if (record.kind === 'write' && this.decided.at(index)?.request !== record.key) {
      const message = `the write ${record.key} was acknowledged at index ${index}, where something else was decided`
      this.accuse('acknowledged-decided', record, message, { index, decided: this.decided.at(index) })
    }
    this.shownIndex = Math.max(this.shownIndex, index)
  }

  failed(record: RequestRecord, error: QuorateError): void {
    const refused = error.outcome === 'definitely-not'
    if (!this.answer(record, refused ? 'refused' : 'unknown') || !refused) return
    const index = record.key === undefined ? undefined : this.decided.indexOf(record.key)
    if (index !== undefined) this.accuseRefused(record, index)
  }

  /** The replica died: its clients get no answer any more. */
  lost(node: NodeId): void {
    for (const record of this.open) {
      if (record.node !== node) continue
      record.state = 'lost'
      this.open.delete(record)
    }
  }

  /** An entry with that request was decided. */
  decidedAt(key: string, index: LogIndex, data: Uint8Array): void {
    const proposal = this.proposals.get(key)
    if (proposal === undefined || proposal.hash !== finish(mixBytes(0, data))) {
      this.blame({
        invariant: 'integrity',
        message: `index ${index} holds the request ${key}, which nobody proposed${proposal && ' with this content'}`,
        node: undefined,
        context: { request: key, index },
      })
    } else if (proposal.record.state === 'refused') {
      this.accuseRefused(proposal.record, index)
    }
  }

  /** The requests still open, in words. */
  describeOpen(): string {
    return [...this.open]
      .map(({ node, kind, key }) => `${kind} ${key ?? '(never submitted)'} at ${node}`)
      .join(', ')
  }

  private answer(record: RequestRecord, state: RequestRecord['state']): boolean {
    if (record.state === 'open') {
      record.state = state
      this.open.delete(record)
      return true
    }
    const message = `the ${record.kind} ${record.key} was answered ${state}, but had been answered ${record.state}`
    this.accuse('one-answer', record, message, {})
    return false
  }

  private accuseRefused(record: RequestRecord, index: LogIndex): void {
    const message = `the write ${record.key} was refused for good, but is decided at index ${index}`
    this.accuse('definitely-not', record, message, { index })
  }

  private accuse(
    invariant: InvariantName,
    record: RequestRecord,
    message: string,
    context: Record<string, unknown>,
  ): void {
    this.blame({ invariant, message, node: record.node, context: { request: record.key, ...context } })
  }
}
