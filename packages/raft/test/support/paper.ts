import { expect } from 'vitest'
import type { RaftMessage } from '../../src/index.ts'
import { type Cluster, createCluster, entryOf, give, intercept, stateOf } from './cluster.ts'

/** Raft as the paper has it. */
export const plain = { preVote: false, checkQuorum: false, leaderStickiness: false } as const

export function paperCluster(size: number, options: object = {}): Cluster {
  return createCluster(size, { ...plain, ...options })
}

/** Gives `to` a message when nothing else is under way; what it answers to `from`. */
export function send(cluster: Cluster, from: number, to: number, message: RaftMessage): RaftMessage[] {
  intercept(cluster, () => true)
  give(cluster, from, to, message)
  return intercept(cluster, (flight) => flight.from === to && flight.to === from).map((one) => one.message)
}

/** Entries of these terms behind the one at `index`. */
export function append(
  term: number,
  index: number,
  prevTerm: number,
  terms: readonly number[],
  commit = 0,
): RaftMessage {
  return {
    type: 'AppendEntries',
    term,
    session: 1,
    round: 0,
    prevLogIndex: index,
    prevLogTerm: prevTerm,
    leaderCommit: commit,
    entries: terms.map((epoch, i) => entryOf(index + 1 + i, epoch)),
  }
}

export function voteRequest(term: number, lastLogIndex: number, lastLogTerm: number): RaftMessage {
  return { type: 'RequestVote', term, lastLogIndex, lastLogTerm, release: 0, commit: 0, commitTerm: 0 }
}

export function vote(term: number, granted = true): RaftMessage {
  return { type: 'RequestVoteResponse', term, granted, commit: 0, commitTerm: 0 }
}

/** Brings replica 1 of a fresh cluster into a role in term 1. */
export function inRole(role: 'follower' | 'candidate' | 'leader', size = 3): Cluster {
  const cluster = paperCluster(size)
  if (role === 'follower') give(cluster, 2, 1, append(1, 0, 0, []))
  else cluster.fire(1, 'election')
  if (role === 'leader') for (let id = 2; id <= (size >> 1) + 1; id++) give(cluster, id, 1, vote(1))
  intercept(cluster, () => true)
  expect(stateOf(cluster, 1)).toMatchObject({ role, term: 1 })
  return cluster
}
