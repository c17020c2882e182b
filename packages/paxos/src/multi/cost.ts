import type { CostModel } from '@quorate/core'

/**
 * What Multi-Paxos costs with a stable leader: one Accept and one answer per member; what is chosen rides on the next
 * Accept. Phase 1 is two messages per acceptor and one durable promise each, for all slots together.
 */
export const multiPaxosCost: CostModel = {
  messagesPerCommit: (replicas) => 2 * (replicas - 1),
  commitMessages: (replicas, observers = 0) => ({
    Accept: replicas - 1 + observers,
    Accepted: replicas - 1 + observers,
  }),
  delaysToCommit: 2,
  delaysToLearn: 'next-message',
  fsyncsPerCommit: (replicas, observers = 0) => replicas + observers,
  fsyncsToCommit: 1,
  periodic: ['Heartbeat', 'HeartbeatAck'],
  election: {
    messages: (replicas) => ({ Prepare: replicas - 1, Promise: replicas - 1 }),
    fsyncs: (replicas) => replicas,
    unfixed: [],
  },
}
