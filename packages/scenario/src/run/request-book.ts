import type { Entry, LogIndex, NodeId, ReadMode, Reply } from '@quorate/core'
import type { Blame } from '@quorate/sim'
import type { Answer } from './run-event.ts'

/** A request, and how it stands. */
export interface RequestRecord {
  readonly kind: 'proposal' | 'read' | 'change' | 'transfer'
  readonly name: string
  readonly node: NodeId
  readonly sequence: number
  readonly mode: ReadMode | undefined
  /** What a linearizable read must reflect: the highest index acknowledged or read when it was made. */
  readonly floor: LogIndex
  /** A read may be served once this index is applied. */
  readyAt: LogIndex | undefined
  answer: Answer | undefined
}

/** What the book must know of a node to serve its reads. */
export interface Reader {
  readonly node: NodeId
  readonly appliedIndex: LogIndex
  readonly commands: () => readonly string[]
}

/**
 * Every request of a run and its one answer. Finds requests answered twice, refused ones that are applied, and reads
 * that miss what was known before.
 */
export class RequestBook {
  private readonly requests = new Map<number, RequestRecord>()
  private readonly blame: Blame
  private readonly onAnswer: (request: RequestRecord, answer: Answer) => void
  private acknowledged: LogIndex = 0
  private reads = 0
  private changes = 0
  private transfers = 0

  constructor(blame: Blame, onAnswer: (request: RequestRecord, answer: Answer) => void) {
    this.blame = blame
    this.onAnswer = onAnswer
  }

  /** The newest request of that name. */
  find(name: string): RequestRecord | undefined {
    return [...this.requests.values()].findLast((request) => request.name === name)
  }

  get names(): readonly string[] {
    return [...new Set([...this.requests.values()].map(({ name }) => name))]
  }

  proposed(node: NodeId, sequence: number, name: string): RequestRecord {
    return this.open('proposal', node, sequence, undefined, name)
  }

  /** Without a name, reads are `r1`, `r2`, … */
  read(node: NodeId, sequence: number, mode: ReadMode, name: string | undefined): RequestRecord {
    this.reads += 1
    return this.open('read', node, sequence, mode, name ?? `r${this.reads}`)
  }

  /** Without a name, changes of membership are `c1`, `c2`, … */
  change(node: NodeId, sequence: number, name: string | undefined): RequestRecord {
    this.changes += 1
    return this.open('change', node, sequence, undefined, name ?? `c${this.changes}`)
  }

  /** Without a name, transfers of leadership are `t1`, `t2`, … */
  transfer(node: NodeId, sequence: number, name: string | undefined): RequestRecord {
    this.transfers += 1
    return this.open('transfer', node, sequence, undefined, name ?? `t${this.transfers}`)
  }

  private open(
    kind: RequestRecord['kind'],
    node: NodeId,
    sequence: number,
    mode: ReadMode | undefined,
    name: string,
  ): RequestRecord {
    const floor = mode === 'sequential' ? 0 : this.acknowledged
    const request = { kind, name, node, sequence, mode, floor, readyAt: undefined, answer: undefined }
    this.requests.set(sequence, request)
    return request
  }

  applied(node: NodeId, { index, request: id }: Entry): void {
    const request = id === undefined ? undefined : this.requests.get(id.sequence)
    if (request === undefined) return
    if (request.answer?.status === 'rejected' && request.answer.outcome === 'definitely-not') {
      const message = `"${request.name}" was refused for good, and replica ${node} applies it at index ${index}`
      this.blame({ invariant: 'definitely-not', message, node, context: { index } })
    } else if (request.node === node && request.answer === undefined) {
      this.acknowledged = Math.max(this.acknowledged, index)
      this.close(request, { status: 'committed', index })
    }
  }

  replied(reader: Reader, reply: Reply): void {
    if (reply.type === 'abandoned') return this.abandon(reader.node, reply.sequence, reply.reason)
    const request = this.requests.get(reply.sequence)
    if (request === undefined) return
    if (request.answer !== undefined || request.readyAt !== undefined) {
      const message = `"${request.name}" is answered twice`
      this.blame({ invariant: 'one-answer', message, node: reader.node, context: { reply } })
    } else if (reply.type === 'readReady') {
      this.ready(request, reply.index)
      this.serveReads(reader)
    } else if (reply.type === 'rejected') {
      this.close(request, { status: 'rejected', reason: reply.reason, outcome: reply.outcome })
    } else this.close(request, { status: 'done' })
  }

  private ready(request: RequestRecord, index: LogIndex): void {
    request.readyAt = index
    if (index >= request.floor) return
    const message = `the read "${request.name}" may see index ${index}, but index ${request.floor} was known before it was made`
    this.blame({ invariant: 'fresh-reads', message, node: request.node, context: { floor: request.floor } })
  }

  /** Serves what has waited for the machine to get so far. */
  serveReads({ node, appliedIndex, commands }: Reader): void {
    for (const request of this.requests.values()) {
      const { readyAt } = request
      if (request.node !== node || request.answer !== undefined) continue
      if (readyAt === undefined || readyAt > appliedIndex) continue
      if (request.mode !== 'sequential') this.acknowledged = Math.max(this.acknowledged, appliedIndex)
      this.close(request, { status: 'ready', index: readyAt, sees: commands() })
    }
  }

  /** Who has asked there waits for nothing any more. */
  crashed(node: NodeId): void {
    for (const request of this.requests.values()) {
      if (request.node === node && request.answer === undefined) this.close(request, { status: 'lost' })
    }
  }

  private abandon(node: NodeId, last: number, reason: string): void {
    for (const request of this.requests.values()) {
      const isMeant = request.node === node && request.sequence <= last && request.kind === 'proposal'
      if (isMeant && request.answer === undefined) this.close(request, { status: 'abandoned', reason })
    }
  }

  private close(request: RequestRecord, answer: Answer): void {
    request.answer = answer
    this.onAnswer(request, answer)
  }
}
