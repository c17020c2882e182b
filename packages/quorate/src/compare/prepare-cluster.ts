import type { QuorateError } from '@quorate/core'
import type { KeyValueAdapter, KeyValueCall } from '../key-value/key-value-adapter.ts'
import type { LeaderLinks } from '../load/leader-links.ts'
import type { OperationRecord } from '../load/operation-record.ts'
import type { ServiceClient } from '../service/service-client.ts'
import type { OperationSource, WorkloadOperation } from '../workload/operation.ts'

/** Calls under way at once. */
const window = 64

/** Gives every key its first value. The records begin the history: they end before the load begins. */
export async function prepareCluster(
  links: LeaderLinks,
  adapter: KeyValueAdapter,
  source: OperationSource,
): Promise<OperationRecord[]> {
  const leader = links.leaderClient!
  const records: OperationRecord[] = []
  const operations = source.preload()[Symbol.iterator]()
  const worker = async (client: number): Promise<void> => {
    for (let next = operations.next(); next.done !== true; next = operations.next()) {
      records.push(await perform(leader, adapter.call(next.value), next.value, client))
    }
  }
  await Promise.all(Array.from({ length: window }, (_, client) => worker(-1 - client)))
  return records
}

async function perform(
  leader: ServiceClient,
  call: KeyValueCall,
  operation: WorkloadOperation,
  client: number,
): Promise<OperationRecord> {
  const calledAt = performance.now()
  let step = await request(leader, call.first(), call)
  while (step.type !== 'outcome') step = await request(leader, step, call)
  const { value, succeeded, index } = step
  return { client, operation, call: calledAt, return: performance.now(), value, succeeded, index }
}

type Step = ReturnType<KeyValueCall['next']>

function request(
  leader: ServiceClient,
  step: ReturnType<KeyValueCall['first']>,
  call: KeyValueCall,
): Promise<Step> {
  return new Promise((resolve, reject) => {
    const waiter = {
      done: (bytes: Uint8Array, index: number): void => resolve(call.next(bytes, index)),
      failed: (error: QuorateError): void => reject(error),
    }
    if (step.type === 'propose') leader.propose(step.bytes, waiter)
    else leader.read(step.bytes, 'linearizable', waiter)
  })
}
