/** Counts what a replica does. Plain numbers that only grow, read by whoever exports them. */
export interface ReplicaCounters {
  /** Turns taken. */
  turns: number
  /** Commands applied to the machine. */
  applied: number
  /** Log entries in the messages that carried them: with `entryMessages`, the mean batch. */
  entriesSent: number
  entryMessages: number
  /** Messages sent to other replicas, by type. */
  messages: Record<string, number>
  /** Bytes handed to the transport. */
  bytesSent: number
  proposals: number
  rejected: number
  reads: number
  snapshotsBuilt: number
  snapshotsInstalled: number
}

export function createCounters(): ReplicaCounters {
  return {
    turns: 0,
    applied: 0,
    entriesSent: 0,
    entryMessages: 0,
    messages: {},
    bytesSent: 0,
    proposals: 0,
    rejected: 0,
    reads: 0,
    snapshotsBuilt: 0,
    snapshotsInstalled: 0,
  }
}
