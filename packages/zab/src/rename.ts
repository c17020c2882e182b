import { type Entry, type Rename, clonePlain, renameEntry, renameMembership, renameMeta } from '@quorate/core'
import type { Vote } from './election/vote.ts'
import type { ZabMessage } from './message.ts'
import type { Leadership, ReadRound, RemoteRead, ZabState } from './state.ts'

/**
 * A state with every replica's id replaced. Ids break ties between votes, so a run commutes with a renaming only where
 * none is broken, or where the renaming keeps the order of ids.
 */
export function renameState(state: ZabState, rename: Rename): ZabState {
  const copy = clonePlain(state)
  copy.self = rename(copy.self)
  copy.membership = renameMembership(copy.membership, rename)
  copy.log.entries = renameEntries(copy.log.entries, rename)
  if (copy.snapshot !== undefined) copy.snapshot = renameMeta(copy.snapshot, rename)
  copy.links = new Set([...copy.links].map(rename))
  copy.vote = renameVote(copy.vote, rename)
  renameElection(copy, rename)
  if (copy.following !== undefined) {
    copy.following.leader = rename(copy.following.leader)
    for (const sync of [copy.following.sync, copy.following.torn?.sync]) {
      if (sync === undefined) continue
      sync.entries = renameEntries(sync.entries, rename)
      if (sync.snapshot !== undefined) sync.snapshot = renameMeta(sync.snapshot, rename)
    }
  }
  if (copy.leadership !== undefined) renameLeadership(copy.leadership, rename)
  return copy
}

/** A message with every replica's id replaced. */
export function renameMessage(message: ZabMessage, rename: Rename): ZabMessage {
  if (message.type === 'NOTIFICATION') return renameVote(message, rename)
  if (!('entries' in message)) return message
  return { ...message, entries: renameEntries(message.entries, rename) }
}

function renameVote<V extends Vote>(vote: V, rename: Rename): V {
  return vote.leader === 0 ? vote : { ...vote, leader: rename(vote.leader) }
}

function renameElection({ election }: ZabState, rename: Rename): void {
  if (election === undefined) return
  election.received = new Map(
    [...election.received].map(([node, vote]) => [rename(node), renameVote(vote, rename)]),
  )
  election.outside = new Map(
    [...election.outside].map(([node, said]) => [rename(node), renameVote(said, rename)]),
  )
  for (const learner of election.waiting) learner.node = rename(learner.node)
}

function renameLeadership(leadership: Leadership, rename: Rename): void {
  for (const learner of leadership.learners) learner.node = rename(learner.node)
  leadership.learners.sort((a, b) => a.node - b.node)
  leadership.lost = new Set([...leadership.lost].map(rename))
  const remote = (reads: RemoteRead[]): void => reads.forEach((read) => (read.node = rename(read.node)))
  remote(leadership.remoteReads)
  leadership.pendingReads.forEach((round: ReadRound) => remote(round.remote))
}

function renameEntries(entries: readonly Entry[], rename: Rename): Entry[] {
  return entries.map((entry) => renameEntry(entry, rename))
}
