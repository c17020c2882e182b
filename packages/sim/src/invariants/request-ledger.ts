import {
  type LogIndex,
  type NodeId,
  type QuorateError,
  type RequestId,
  finish,
  mixBytes,
} from '@quorate/core'
import type { DecidedLog } from './decided-log.ts'
import { RequestMap, describeRequest, isSameRequest } from './request-map.ts'
import type { Blame, InvariantName } from './violation.ts'

/** A client's request at a replica, and what became of it. */
export interface RequestRecord {
  readonly node: NodeId
  /** `change`: of the membership, or of who leads. */
  readonly kind: 'write' | 'read' | 'sequential read' | 'change'
  /** What a read must reflect at least. */
  readonly floor: LogIndex
  /** Once the engine has been given it. */
  request: RequestId | undefined
  /** `refused`: definitely not done. `unknown`: perhaps done. `lost`: its replica died. */
  state: 'open' | 'done' | 'refused' | 'unknown' | 'lost'
  /** Of a write that was submitted: of its command. */
  hash: number
  /** Where it is among those that are open. */
  place: number
}

/** All requests of all clients: each gets one answer, and the answer is true. */
export class RequestLedger {
  /** The highest index that an answer has shown to a client. */
  private shownIndex: LogIndex = 0
  private readonly open: RequestRecord[] = []
  private readonly proposals = new RequestMap<RequestRecord>()
  private readonly decided: DecidedLog
  private readonly blame: Blame

  constructor(decided: DecidedLog, blame: Blame) {
    this.decided = decided
    this.blame = blame
  }

  /** Requests that have no answer yet. */
  get openCount(): number {
    return this.open.length
  }

  /** A client asks the replica `node`. */
  begin(node: NodeId, kind: 'write' | 'read' | 'change'): RequestRecord {
    return this.enter(node, kind, this.shownIndex)
  }

  /** A client asks for any prefix of the log, but for one before `floor`, which its session has seen. */
  beginSequential(node: NodeId, floor: LogIndex): RequestRecord {
    return this.enter(node, 'sequential read', floor)
  }

  /** The replica gave the request to its engine, as `sequence`. */
  submitted(record: RequestRecord, request: RequestId, data: Uint8Array | undefined): void {
    record.request = request
    if (data === undefined) return
    record.hash = finish(mixBytes(0, data))
    this.proposals.set(request, record)
  }

  done(record: RequestRecord, index: LogIndex): void {
    if (!this.answer(record, 'done')) return
    // It shows nobody anything of the machine.
    if (record.kind === 'change') return
    if (record.kind !== 'write' && index < record.floor) {
      const invariant = record.kind === 'read' ? 'fresh-reads' : 'session-order'
      const message = `a ${record.kind} reflects index ${index}, but ${record.floor} had been shown before`
      this.accuse(invariant, record, message, { index })
    }
    if (record.kind === 'write' && !isSameRequest(this.decided.at(index)?.request, record.request)) {
      const message = `the write ${nameOf(record)} was acknowledged at index ${index}, where something else was decided`
      this.accuse('acknowledged-decided', record, message, { index, decided: this.decided.at(index) })
    }
    this.shownIndex = Math.max(this.shownIndex, index)
    // It is decided, and a second decision of it is found without it.
    if (record.kind === 'write' && record.request !== undefined) this.proposals.forget(record.request)
  }

  failed(record: RequestRecord, error: QuorateError): void {
    const refused = error.outcome === 'definitely-not'
    if (!this.answer(record, refused ? 'refused' : 'unknown') || !refused) return
    const index = record.request === undefined ? undefined : this.decided.indexOf(record.request)
    if (index !== undefined) this.accuseRefused(record, index)
  }

  /** The replica died: its clients get no answer any more. */
  lost(node: NodeId): void {
    for (const record of this.open.filter((each) => each.node === node)) {
      record.state = 'lost'
      this.close(record)
    }
  }

  /** An entry with that request was decided. */
  decidedAt(request: RequestId, index: LogIndex, data: Uint8Array): void {
    const record = this.proposals.get(request)
    if (record === undefined || record.hash !== finish(mixBytes(0, data))) {
      const key = describeRequest(request)
      this.blame({
        invariant: 'integrity',
        message: `index ${index} holds the request ${key}, which nobody proposed${record === undefined ? '' : ' with this content'}`,
        node: undefined,
        context: { request: key, index },
      })
    } else if (record.state === 'refused') {
      this.accuseRefused(record, index)
    }
  }

  /** The requests still open at those replicas, in words; empty if there are none. */
  describeOpen(isMeant: (node: NodeId) => boolean = () => true): string {
    return this.open
      .filter(({ node }) => isMeant(node))
      .map((record) => `${record.kind} ${nameOf(record)} at ${record.node}`)
      .join(', ')
  }

  private enter(node: NodeId, kind: RequestRecord['kind'], floor: LogIndex): RequestRecord {
    const record: RequestRecord = {
      node,
      kind,
      floor,
      request: undefined,
      state: 'open',
      hash: 0,
      place: this.open.length,
    }
    this.open.push(record)
    return record
  }

  private answer(record: RequestRecord, state: RequestRecord['state']): boolean {
    if (record.state === 'open') {
      record.state = state
      this.close(record)
      return true
    }
    const message = `the ${record.kind} ${nameOf(record)} was answered ${state}, but had been answered ${record.state}`
    this.accuse('one-answer', record, message, {})
    return false
  }

  private accuseRefused(record: RequestRecord, index: LogIndex): void {
    const message = `the write ${nameOf(record)} was refused for good, but is decided at index ${index}`
    this.accuse('definitely-not', record, message, { index })
  }

  private accuse(
    invariant: InvariantName,
    record: RequestRecord,
    message: string,
    context: Record<string, unknown>,
  ): void {
    this.blame({ invariant, message, node: record.node, context: { request: nameOf(record), ...context } })
  }

  /** It is open no more: the last one takes its place. */
  private close(record: RequestRecord): void {
    const last = this.open.pop()
    if (last === undefined || last === record) return
    this.open[record.place] = last
    last.place = record.place
  }
}

function nameOf({ request }: RequestRecord): string {
  return request === undefined ? '(never submitted)' : describeRequest(request)
}
