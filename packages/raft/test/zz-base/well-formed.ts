import type { RaftMessage } from './messages.ts'

/**
 * Has a message the fields of its type, with values that can be? Its bytes were decoded by others and came from
 * elsewhere, so nothing is taken for granted. What it says is judged by its handler.
 */
export function isWellFormed(message: RaftMessage): boolean {
  const m = message
  if (!isCount(m.term)) return false
  switch (m.type) {
    case 'RequestPreVote':
      return hasCommit(m) && isCount(m.round) && isCount(m.lastLogIndex) && isCount(m.lastLogTerm)
    case 'RequestPreVoteResponse':
      return hasCommit(m) && isCount(m.round) && typeof m.granted === 'boolean'
    case 'RequestVote':
      return hasCommit(m) && isCount(m.lastLogIndex) && isCount(m.lastLogTerm) && isCount(m.release)
    case 'RequestVoteResponse':
      return hasCommit(m) && typeof m.granted === 'boolean'
    case 'AppendEntries':
      return (
        isStream(m) &&
        isCount(m.prevLogIndex) &&
        isCount(m.prevLogTerm) &&
        isCount(m.leaderCommit) &&
        isList(m.entries)
      )
    case 'AppendEntriesResponse':
      return (
        isStream(m) &&
        typeof m.success === 'boolean' &&
        isCount(m.index) &&
        isCount(m.hintIndex) &&
        isCount(m.hintTerm)
      )
    case 'Heartbeat':
      return isStream(m) && isCount(m.leaderCommit)
    case 'HeartbeatResponse':
      return isStream(m) && isCount(m.received) && isCount(m.durable)
    case 'InstallSnapshot':
      return isStream(m)
    case 'Forward':
      return (
        areSequences(m.sequences) &&
        isList(m.commands) &&
        m.commands.length === m.sequences.length &&
        m.commands.every((command) => command instanceof Uint8Array)
      )
    case 'ForwardRefused':
      return areSequences(m.sequences) && typeof m.reason === 'string'
    case 'ReadIndex':
      return isCount(m.id)
    case 'ReadIndexResponse':
      return isCount(m.id) && isCount(m.index)
    case 'TimeoutNow':
      return isCount(m.release)
    case 'NotLeader':
      return true
    default:
      return false
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isStream(message: { readonly session: unknown; readonly round: unknown }): boolean {
  return isCount(message.session) && isCount(message.round)
}

function hasCommit(message: { readonly commit: unknown; readonly commitTerm: unknown }): boolean {
  return isCount(message.commit) && isCount(message.commitTerm)
}

function isList(value: unknown): boolean {
  return Array.isArray(value)
}

function areSequences(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCount)
}
