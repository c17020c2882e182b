import type { NodeId } from '@quorate/core'
import type { ServiceClient } from '../service/service-client.ts'
import type { ServiceStatus } from '../service/service-status.ts'

/** What all replicas have done together since they started. */
export interface ClusterTotals {
  /** Commands applied at the replica that has applied most. */
  readonly commits: number
  readonly messages: Readonly<Record<string, number>>
  readonly bytes: number
  readonly fsyncs: number
  readonly entriesSent: number
  readonly entryMessages: number
}

/** Asks every replica that can be reached. */
export async function askAll(clients: ReadonlyMap<NodeId, ServiceClient>): Promise<ServiceStatus[]> {
  const answers = await Promise.allSettled([...clients.values()].map((client) => client.status()))
  return answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value] : []))
}

export function totalsOf(statuses: readonly ServiceStatus[]): ClusterTotals {
  const sum = (pick: (counters: ServiceStatus['counters']) => number): number =>
    statuses.reduce((total, { counters }) => total + pick(counters), 0)
  const messages: Record<string, number> = {}
  for (const { counters } of statuses) {
    for (const [type, count] of Object.entries(counters.messages))
      messages[type] = (messages[type] ?? 0) + count
  }
  return {
    commits: Math.max(0, ...statuses.map(({ counters }) => counters.applied)),
    messages,
    bytes: sum((counters) => counters.bytesSent),
    fsyncs: sum((counters) => counters.fsyncs),
    entriesSent: sum((counters) => counters.entriesSent),
    entryMessages: sum((counters) => counters.entryMessages),
  }
}

/** What was done between two moments. */
export function difference(after: ClusterTotals, before: ClusterTotals): ClusterTotals {
  const messages: Record<string, number> = {}
  for (const [type, count] of Object.entries(after.messages)) {
    const since = count - (before.messages[type] ?? 0)
    if (since > 0) messages[type] = since
  }
  return {
    commits: after.commits - before.commits,
    messages,
    bytes: after.bytes - before.bytes,
    fsyncs: after.fsyncs - before.fsyncs,
    entriesSent: after.entriesSent - before.entriesSent,
    entryMessages: after.entryMessages - before.entryMessages,
  }
}
