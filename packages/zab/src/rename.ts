import {
  type Entry,
  type Rename,
  clonePlain,
  encodeMembership,
  renameEntry,
  renameMembership,
  renameMeta,
} from '@quorate/core'
import type { Vote } from './election/vote.ts'
import type { Notification, ZabMessage } from './message.ts'
import { membershipTold } from './reconfiguration/told-membership.ts'
import type {
  Leadership,
  MembershipChange,
  MembershipRecord,
  Relay,
  RemoteRead,
  Serving,
  ZabState,
} from './state.ts'

/**
 * A state with every replica's id replaced. Ids break ties between votes, so a run commutes with a renaming only where
 * none is broken, or where the renaming keeps the order of ids.
 */
export function renameState(state: ZabState, rename: Rename): ZabState {
  const copy = clonePlain(state)
  copy.self = rename(copy.self)
  copy.membership = renameMembership(copy.membership, rename)
  copy.memberships = copy.memberships.map((record) => renameRecord(record, rename))
  if (copy.hint !== undefined) copy.hint = renameRecord(copy.hint, rename)
  copy.log.entries = renameEntries(copy.log.entries, rename)
  if (copy.snapshot !== undefined) copy.snapshot = renameMeta(copy.snapshot, rename)
  copy.links = new Set([...copy.links].map(rename))
  copy.vote = renameVote(copy.vote, rename)
  copy.shunned = copy.shunned.map(rename)
  if (copy.handover !== undefined) copy.handover.to = rename(copy.handover.to)
  renameElection(copy, rename)
  if (copy.following !== undefined) {
    copy.following.leader = rename(copy.following.leader)
    copy.following.elected = rename(copy.following.elected)
    if (copy.following.relay !== undefined) renameRelay(copy.following.relay, rename)
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
  if (message.type === 'LEADERINFO') return renameVote(message, rename)
  if (message.type === 'NOTIFICATION') return renameNotification(message, rename)
  if (message.type === 'RELAYREQUEST' || message.type === 'RELAYREJECT') {
    return { ...message, origin: rename(message.origin) }
  }
  if (message.type === 'HANDOVER') return { ...message, designated: rename(message.designated) }
  if (!('entries' in message)) return message
  return { ...message, entries: renameEntries(message.entries, rename) }
}

function renameVote<V extends Pick<Vote, 'leader'>>(vote: V, rename: Rename): V {
  return vote.leader === 0 ? vote : { ...vote, leader: rename(vote.leader) }
}

function renameRecord(record: MembershipRecord, rename: Rename): MembershipRecord {
  return { ...record, membership: renameMembership(record.membership, rename) }
}

function renameNotification(message: Notification, rename: Rename): Notification {
  const membership = membershipTold(message.config)
  const voted = renameVote(message, rename)
  if (membership === undefined) return voted
  return {
    ...voted,
    config: { ...message.config, data: encodeMembership(renameMembership(membership, rename)) },
  }
}

function renameChange(change: MembershipChange, rename: Rename): MembershipChange {
  const { catchUp, target } = change
  const newcomers = (catchUp?.newcomers ?? []).map(rename).sort((a, b) => a - b)
  return {
    ...change,
    target: renameMembership(target, rename),
    catchUp: catchUp === undefined ? undefined : { ...catchUp, newcomers },
  }
}

function renameElection({ election }: ZabState, rename: Rename): void {
  if (election === undefined) return
  election.received = new Map(
    [...election.received].map(([node, vote]) => [rename(node), renameVote(vote, rename)]),
  )
  election.outside = new Map(
    [...election.outside].map(([node, said]) => [rename(node), renameNotification(said, rename)]),
  )
  if (election.designated !== undefined) election.designated = renameVote(election.designated, rename)
  for (const learner of election.waiting) learner.node = rename(learner.node)
}

function renameLeadership(leadership: Leadership, rename: Rename): void {
  renameServing(leadership, rename)
  if (leadership.change !== undefined) leadership.change = renameChange(leadership.change, rename)
  for (const source of leadership.relayed) source.node = rename(source.node)
  leadership.lost = new Set([...leadership.lost].map(rename))
  renameReads(leadership.remoteReads, rename)
  leadership.pendingReads.forEach(({ remote }) => renameReads(remote, rename))
}

function renameRelay(relay: Relay, rename: Rename): void {
  renameServing(relay, rename)
  renameReads(relay.reads, rename)
  relay.pendingReads.forEach(({ reads }) => renameReads(reads, rename))
}

function renameServing(serving: Serving, rename: Rename): void {
  for (const learner of serving.learners) learner.node = rename(learner.node)
  serving.learners.sort((a, b) => a.node - b.node)
  const { run } = serving.readBack
  if (run !== undefined) serving.readBack.run = { ...run, entries: renameEntries(run.entries, rename) }
}

function renameReads(reads: RemoteRead[], rename: Rename): void {
  for (const read of reads) read.node = rename(read.node)
}

function renameEntries(entries: readonly Entry[], rename: Rename): Entry[] {
  return entries.map((entry) => renameEntry(entry, rename))
}
