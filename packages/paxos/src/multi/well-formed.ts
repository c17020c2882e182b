import type { Entry } from '@quorate/core'
import type { PaxosMessage } from './messages.ts'

/**
 * Has a message the fields of its type, with values that can be? Its bytes were decoded by others and came from
 * elsewhere, so nothing is taken for granted. What it says is judged by its handler.
 */
export function isWellFormed(message: PaxosMessage): boolean {
  const m = message
  switch (m.type) {
    case 'Learn':
      return isCount(m.from) && m.from > 0
    case 'Learned':
      return isCount(m.chosen) && areEntries(m.entries) && areCounts(m.ballots)
    case 'InstallSnapshot':
      return true
    case 'Prepare':
      return isBallot(m) && isCount(m.from) && m.from > 0 && isCount(m.window)
    case 'Promise':
      return (
        isBallot(m) &&
        [m.from, m.to, m.last, m.chosen].every(isCount) &&
        areEntries(m.entries) &&
        areCounts(m.ballots)
      )
    case 'Refuse':
      return isBallot(m) && isCount(m.promisedRound) && isCount(m.promisedNode)
    case 'Accept':
      return isBallot(m) && isCount(m.start) && isCount(m.beat) && isCount(m.chosen) && areEntries(m.entries)
    case 'Accepted':
      return isBallot(m) && isCount(m.to) && areRanges(m.ranges)
    case 'Heartbeat':
      return isBallot(m) && isCount(m.start) && isCount(m.beat) && isCount(m.chosen)
    case 'HeartbeatAck':
      return isBallot(m) && isCount(m.beat) && isCount(m.received) && isCount(m.durable) && isCount(m.chosen)
    case 'Forward':
      return (
        isBallot(m) &&
        areCounts(m.sequences) &&
        Array.isArray(m.commands) &&
        m.commands.length === m.sequences.length &&
        m.commands.every((command) => command instanceof Uint8Array)
      )
    case 'ForwardRefused':
      return isBallot(m) && areCounts(m.sequences) && typeof m.reason === 'string'
    case 'ReadIndex':
      return isBallot(m) && isCount(m.id)
    case 'ReadIndexResponse':
      return isBallot(m) && isCount(m.id) && isCount(m.index)
    case 'NotLeader':
      return isBallot(m)
    default:
      return false
  }
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

function isBallot(message: { readonly round: unknown; readonly node: unknown }): boolean {
  return isCount(message.round) && isCount(message.node)
}

function areCounts(value: unknown): boolean {
  return Array.isArray(value) && value.every(isCount)
}

/** Entries, as the codec reads them, in the order of their slots. */
function areEntries(value: readonly Entry[]): boolean {
  if (!Array.isArray(value)) return false
  let last = 0
  for (const { index } of value) {
    if (!(index > last)) return false
    last = index
  }
  return true
}

/** `first, last` each, in order. A list of single slots as long as a log would be one of memory, too. */
function areRanges(value: readonly number[]): boolean {
  if (!areCounts(value) || value.length % 2 === 1) return false
  for (let i = 0; i < value.length; i += 2) if (value[i]! > value[i + 1]!) return false
  return true
}
