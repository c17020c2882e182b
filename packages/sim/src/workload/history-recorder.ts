import type { LogIndex, NodeId } from '@quorate/core'
import type { CallOutcome } from '../cluster/call.ts'
import type { DecidedLog } from '../invariants/decided-log.ts'
import type { RequestRecord } from '../invariants/request-ledger.ts'
import type { HistoryOperation, HistoryWitness, OperationCounts } from './history.ts'
import type { WorkloadOperation } from './workload.ts'

/** An operation being recorded. */
export interface RecordedCall {
  readonly client: number
  readonly node: NodeId
  readonly kind: WorkloadOperation['kind']
  readonly isSequential: boolean
  readonly input: unknown
  /** Let go of at its end: what it asked for is of no more use, and a long run has many. */
  operation: WorkloadOperation | undefined
  readonly call: number
  /** Its entry in the ledger; undefined until the call has been made, and when it ended well. */
  record: RequestRecord | undefined
  return: number
  ending: CallOutcome['type'] | undefined
  /** Of one that ended well: what was answered, and the index that this reflects. */
  output: unknown
  index: LogIndex
}

/** Records what clients ask and are told. */
export class HistoryRecorder {
  readonly counts: OperationCounts = { calls: 0, ok: 0, refused: 0, unknown: 0 }
  private readonly calls: RecordedCall[] = []

  call(client: number, node: NodeId, operation: WorkloadOperation, at: number): RecordedCall {
    this.counts.calls += 1
    const { kind, mode, input } = operation
    const call: RecordedCall = {
      client,
      node,
      kind,
      isSequential: mode === 'sequential',
      input,
      operation,
      call: at,
      record: undefined,
      return: Infinity,
      ending: undefined,
      output: undefined,
      index: 0,
    }
    this.calls.push(call)
    return call
  }

  end(call: RecordedCall, outcome: CallOutcome, at: number): void {
    this.counts[outcome.type] += 1
    call.ending = outcome.type
    if (outcome.type === 'ok') {
      call.output = call.operation?.output(outcome.answer)
      call.index = outcome.index
      call.return = at
      call.record = undefined
    }
    call.operation = undefined
  }

  /** The history of all that was not refused. Where an unanswered write ended up is known to the decided log. */
  history(decided: DecidedLog): HistoryOperation[] {
    return this.calls
      .filter(({ ending, input }) => ending !== 'refused' && input !== undefined)
      .map((call) => {
        const { client, node, input, output, isSequential } = call
        const witness = witnessOf(call, decided)
        return {
          client,
          input,
          output,
          call: call.call,
          return: call.return,
          node,
          ...(isSequential && { isSequential }),
          ...(witness !== undefined && { witness }),
        }
      })
  }
}

function witnessOf(
  { kind, ending, index, record }: RecordedCall,
  decided: DecidedLog,
): HistoryWitness | undefined {
  if (ending === 'ok') return kind === 'read' ? { index, read: true } : { index }
  const decidedAt = record?.request === undefined ? undefined : decided.indexOf(record.request)
  return decidedAt === undefined ? undefined : { index: decidedAt }
}
