import type { AnyEngineDefinition, MessageCounts } from '@quorate/core'
import { CountedCluster } from './counted-cluster.ts'
import { difference } from './tally.ts'

/** What an election cost. */
export interface ElectionCount {
  /** By type, from the leader's end until all follow the next one and know the same to be committed; heartbeats among them. */
  readonly messages: MessageCounts
  /** Of all replicas together. */
  readonly fsyncs: number
}

/** The leader's process ends and is started again at once, so that all voters take part in what follows. */
export function countElection(engine: AnyEngineDefinition, voters: number): ElectionCount {
  const counted = new CountedCluster(engine, { voters })
  counted.elect()
  const { node } = counted.leader
  const before = counted.tally()
  counted.cluster.kill(node)
  counted.start(node)
  counted.elect()
  const { messages, fsyncs } = difference(counted.tally(), before)
  return { messages, fsyncs }
}
