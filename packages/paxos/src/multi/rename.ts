import { type Ballot, type NodeId, type Rename, renameEntry, renameMembership } from '@quorate/core'
import type { PaxosMessage } from './messages.ts'
import type { Progress } from './leader/progress.ts'
import type { Leadership, PaxosState, Phase1, ReadRound, RemoteRead } from './state.ts'

/**
 * A state with every replica's id replaced. Ballots are ordered by id, so runs do not commute with a renaming: it serves
 * to show that no id hides anywhere, and not to fold symmetric states into one.
 */
export function renamePaxosState(state: PaxosState, rename: Rename): PaxosState {
  const { log, lease, learning, phase1, leadership, leader } = state
  return {
    ...state,
    self: rename(state.self),
    promised: renameBallot(state.promised, rename),
    log: {
      ...log,
      entries: log.entries.map((entry) => (entry === undefined ? undefined : renameEntry(entry, rename))),
      ballots: log.ballots.map((ballot) => (ballot === undefined ? undefined : renameBallot(ballot, rename))),
    },
    lease: { ...lease, holder: renameOptional(lease.holder, rename) },
    leader: leader === undefined ? undefined : rename(leader),
    memberships: state.memberships.map(({ index, membership }) => ({
      index,
      membership: renameMembership(membership, rename),
    })),
    learning: learning === undefined ? undefined : { ...learning, from: rename(learning.from) },
    aware: new Set([...state.aware].map(rename).sort((a, b) => a - b)),
    transfers: new Set([...state.transfers].map(rename).sort((a, b) => a - b)),
    phase1: phase1 === undefined ? undefined : renamePhase1(phase1, rename),
    leadership: leadership === undefined ? undefined : renameLeadership(leadership, rename),
  }
}

/** A message with every replica's id replaced: in its ballots, and in its entries. */
export function renamePaxosMessage(message: PaxosMessage, rename: Rename): PaxosMessage {
  const renamed: Record<string, unknown> = { ...message }
  for (const field of ['node', 'promisedNode'] as const) {
    const id = renamed[field]
    if (typeof id === 'number') renamed[field] = renameOptional(id, rename)
  }
  if ('entries' in message) renamed['entries'] = message.entries.map((entry) => renameEntry(entry, rename))
  if ('ballots' in message) {
    renamed['ballots'] = message.ballots.map((part, i) => (i % 3 === 2 ? renameOptional(part, rename) : part))
  }
  return renamed as unknown as PaxosMessage
}

function renameBallot({ round, node }: Ballot, rename: Rename): Ballot {
  return { round, node: renameOptional(node, rename) }
}

/** 0 is nobody. */
function renameOptional(node: NodeId, rename: Rename): NodeId {
  return node === 0 ? 0 : rename(node)
}

function renamePhase1(phase1: Phase1, rename: Rename): Phase1 {
  return {
    from: phase1.from,
    partial: renameKeys(phase1.partial, rename, (slot) => slot),
    promised: new Set([...phase1.promised].map(rename).sort((a, b) => a - b)),
    accepted: new Map(
      [...phase1.accepted].map(([slot, { ballot, entry }]) => [
        slot,
        { ballot: renameBallot(ballot, rename), entry: renameEntry(entry, rename) },
      ]),
    ),
    chosen: phase1.chosen,
    source: rename(phase1.source),
  }
}

function renameLeadership(leadership: Leadership, rename: Rename): Leadership {
  const { reads, opened } = leadership
  const renameRemote = ({ node, id }: RemoteRead): RemoteRead => ({ node: rename(node), id })
  const renameProgress = (progress: Progress): Progress => ({ ...progress, node: rename(progress.node) })
  const renameRound = (round: ReadRound): ReadRound => ({
    ...round,
    remotes: round.remotes.map(renameRemote),
  })
  return {
    ...leadership,
    queue: leadership.queue.map((proposal) => ({
      ...proposal,
      request:
        proposal.request === undefined
          ? undefined
          : { ...proposal.request, replica: rename(proposal.request.replica) },
    })),
    progress: renameKeys(leadership.progress, rename, renameProgress),
    opened: opened === undefined ? undefined : renameMembership(opened, rename),
    forwarded: renameKeys(leadership.forwarded, rename, (sequence) => sequence),
    reads: {
      locals: reads.locals,
      remotes: reads.remotes.map(renameRemote),
      rounds: reads.rounds.map(renameRound),
    },
  }
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
