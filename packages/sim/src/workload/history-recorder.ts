import type { NodeId } from '@quorate/core'
import type { CallOutcome } from '../cluster/call.ts'
import type { DecidedLog } from '../invariants/decided-log.ts'
import type { RequestRecord } from '../invariants/request-ledger.ts'
import type { HistoryOperation, HistoryWitness, OperationCounts } from './history.ts'
import type { WorkloadOperation } from './workload.ts'

/** An operation being recorded. */
export interface RecordedCall {
  readonly client: number
  readonly node: NodeId
  readonly operation: WorkloadOperation
  readonly call: number
  /** Its entry in the ledger; undefined until the call has been made. */
  record: RequestRecord | undefined
  return: number
  outcome: CallOutcome | undefined
}

/** Records what clients ask and are told. */
export class HistoryRecorder {
  readonly counts: OperationCounts = { calls: 0, ok: 0, refused: 0, unknown: 0 }
  private readonly calls: RecordedCall[] = []

  call(client: number, node: NodeId, operation: WorkloadOperation, at: number): RecordedCall {
    this.counts.calls += 1
    const call: RecordedCall = {
      client,
      node,
      operation,
      call: at,
      record: undefined,
      return: Infinity,
      outcome: undefined,
    }
    this.calls.push(call)
    return call
  }

  end(call: RecordedCall, outcome: CallOutcome, at: number): void {
    call.outcome = outcome
    this.counts[outcome.type] += 1
    if (outcome.type === 'ok') call.return = at
  }

  /** The history of all that was not refused. Where an unanswered write ended up is known to the decided log. */
  history(decided: DecidedLog): HistoryOperation[] {
    return this.calls
      .filter(({ outcome, operation }) => outcome?.type !== 'refused' && operation.input !== undefined)
      .map((call) => {
        const { client, node, operation, outcome } = call
        const witness = witnessOf(call, decided)
        return {
          client,
          input: operation.input,
          output: outcome?.type === 'ok' ? operation.output(outcome.answer) : undefined,
          call: call.call,
          return: call.return,
          node,
          ...(witness !== undefined && { witness }),
        }
      })
  }
}

function witnessOf(
  { operation, outcome, record }: RecordedCall,
  decided: DecidedLog,
): HistoryWitness | undefined {
  if (outcome?.type === 'ok') {
    return operation.kind === 'read' ? { index: outcome.index, read: true } : { index: outcome.index }
  }
  const index = record?.key === undefined ? undefined : decided.indexOf(record.key)
  return index === undefined ? undefined : { index }
}
