import { type NodeId, type ReadBack, type Rename, renameEntry, renameMembership } from '@quorate/core'
import { decodeHardState, encodeHardState } from './hard-state.ts'
import type { RaftMessage } from './messages.ts'
import type { Progress } from './progress.ts'
import type { Candidacy, Leadership, Leaving, MembershipChange, RaftState } from './state.ts'

/** A state with every replica's id replaced, as if the replicas had had the other ids from the start. */
export function renameRaftState(state: RaftState, rename: Rename): RaftState {
  const optional = (node: NodeId | undefined): NodeId | undefined =>
    node === undefined ? undefined : rename(node)
  return {
    ...state,
    self: rename(state.self),
    votedFor: optional(state.votedFor),
    leader: optional(state.leader),
    lease: { ...state.lease, holder: optional(state.lease.holder) },
    transfer: state.transfer && { ...state.transfer, to: rename(state.transfer.to) },
    log: { ...state.log, entries: state.log.entries.map((entry) => renameEntry(entry, rename)) },
    memberships: state.memberships.map(({ index, membership }) => ({
      index,
      membership: renameMembership(membership, rename),
    })),
    candidacy: state.candidacy === undefined ? undefined : renameCandidacy(state.candidacy, rename),
    leadership: state.leadership === undefined ? undefined : renameLeadership(state.leadership, rename),
  }
}

/** A message with every replica's id replaced. Only entries carry any. */
export function renameRaftMessage(message: RaftMessage, rename: Rename): RaftMessage {
  if (message.type !== 'AppendEntries') return message
  return { ...message, entries: message.entries.map((entry) => renameEntry(entry, rename)) }
}

/** Term and vote as they are on disk, with the vote renamed. */
export function renameHardState(bytes: Uint8Array, rename: Rename): Uint8Array {
  const state = decodeHardState(bytes)
  const { votedFor } = state
  return encodeHardState({ ...state, votedFor: votedFor === undefined ? undefined : rename(votedFor) })
}

function renameCandidacy({ round, votes }: Candidacy, rename: Rename): Candidacy {
  return { round, votes: renameKeys(votes, rename, (vote) => vote) }
}

function renameLeadership(leadership: Leadership, rename: Rename): Leadership {
  const renameProgress = (progress: Progress): Progress => ({ ...progress, node: rename(progress.node) })
  return {
    ...leadership,
    progress: renameKeys(leadership.progress, rename, renameProgress),
    forwarded: renameKeys(leadership.forwarded, rename, (sequence) => sequence),
    leaving: leadership.leaving === undefined ? undefined : renameLeaving(leadership.leaving, rename),
    change: leadership.change === undefined ? undefined : renameChange(leadership.change, rename),
    readBack: renameReadBack(leadership.readBack, rename),
    reads: {
      locals: leadership.reads.locals,
      remotes: leadership.reads.remotes.map(({ node, id }) => ({ node: rename(node), id })),
      rounds: leadership.reads.rounds.map((round) => ({
        ...round,
        remotes: round.remotes.map(({ node, id }) => ({ node: rename(node), id })),
      })),
    },
  }
}

function renameChange({ sequence, target, catchUp }: MembershipChange, rename: Rename): MembershipChange {
  const newcomers = (ids: readonly NodeId[]): NodeId[] => ids.map(rename).sort((a, b) => a - b)
  return {
    sequence,
    target: renameMembership(target, rename),
    catchUp: catchUp === undefined ? undefined : { ...catchUp, newcomers: newcomers(catchUp.newcomers) },
  }
}

function renameLeaving({ peers, beats }: Leaving, rename: Rename): Leaving {
  return { peers: peers.map(rename).sort((a, b) => a - b), beats }
}

function renameReadBack(readBack: ReadBack, rename: Rename): ReadBack {
  const { run } = readBack
  if (run === undefined) return readBack
  return { ...readBack, run: { ...run, entries: run.entries.map((entry) => renameEntry(entry, rename)) } }
}

/** Entries in the order of the new ids: a leader goes through its members in that order. */
function renameKeys<T>(
  map: ReadonlyMap<NodeId, T>,
  rename: Rename,
  renameValue: (value: T) => T,
): Map<NodeId, T> {
  const renamed = [...map].map(([node, value]): [NodeId, T] => [rename(node), renameValue(value)])
  return new Map(renamed.sort(([a], [b]) => a - b))
}
