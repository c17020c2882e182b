import type { Entry, MessageShapes } from '@quorate/core'
import type { ZabMessage } from './message.ts'

type FieldKind = 'config' | 'count' | 'flag' | 'state' | 'reason' | 'counts' | 'commands' | 'entries'

const vote = { leader: 'count', epoch: 'count', zxidEpoch: 'count', zxidIndex: 'count' } as const
const origin = { origin: 'count', originConnection: 'count' } as const
const entry = { connection: 'count', epoch: 'count', index: 'count', indexEpoch: 'count' } as const

/** The fields of every message and what each holds: the wire format, and what {@link isWellFormed} asks of a peer. */
const fields: { readonly [T in ZabMessage['type']]: Readonly<Record<string, FieldKind>> } = {
  NOTIFICATION: { state: 'state', round: 'count', ...vote, config: 'config' },
  JOIN: { epoch: 'count', votes: 'flag' },
  FOLLOWERINFO: { connection: 'count', acceptedEpoch: 'count' },
  OBSERVERINFO: { connection: 'count', acceptedEpoch: 'count' },
  LEADERINFO: { connection: 'count', epoch: 'count', leader: 'count', voter: 'flag' },
  REFUSE: { connection: 'count' },
  ACKEPOCH: {
    connection: 'count',
    epoch: 'count',
    counts: 'flag',
    currentEpoch: 'count',
    lastEpoch: 'count',
    lastIndex: 'count',
    runs: 'counts',
  },
  DIFF: entry,
  TRUNC: entry,
  SNAP: { connection: 'count', epoch: 'count' },
  PROPOSAL: { connection: 'count', epoch: 'count', entries: 'entries' },
  INFORM: { connection: 'count', epoch: 'count', entries: 'entries' },
  RECEIVED: entry,
  NEWLEADER: { connection: 'count', epoch: 'count', index: 'count' },
  ACK: { connection: 'count', epoch: 'count', index: 'count' },
  UPTODATE: { connection: 'count', epoch: 'count', commit: 'count' },
  COMMIT: { connection: 'count', epoch: 'count', index: 'count' },
  PING: { connection: 'count', epoch: 'count', round: 'count' },
  PONG: { connection: 'count', epoch: 'count', round: 'count' },
  REQUEST: { connection: 'count', sequences: 'counts', commands: 'commands' },
  REJECT: { connection: 'count', sequences: 'counts', reason: 'reason' },
  RELAYREQUEST: { connection: 'count', ...origin, sequences: 'counts', commands: 'commands' },
  RELAYREJECT: { connection: 'count', ...origin, sequences: 'counts', reason: 'reason' },
  READ: { connection: 'count', round: 'count' },
  READINDEX: { connection: 'count', round: 'count', index: 'count' },
  HANDOVER: {
    connection: 'count',
    epoch: 'count',
    round: 'count',
    designated: 'count',
    zxidEpoch: 'count',
    zxidIndex: 'count',
  },
}

const checks: readonly (readonly [string, readonly (readonly [string, FieldKind])[]])[] = Object.entries(
  fields,
).map(([type, kinds]) => [type, Object.entries(kinds)])

const checksByType: ReadonlyMap<string, readonly (readonly [string, FieldKind])[]> = new Map(checks)

/** The wire format of Zab's messages, as data. */
export const shapes: MessageShapes = Object.fromEntries(
  checks.map(([type, list]) => [type, list.map(([name]) => name)]),
)

/** Has the message the fields that its type should have, of the right kinds? What a peer sends may be anything. */
export function isWellFormed(message: ZabMessage): boolean {
  const list = checksByType.get(message.type)
  if (list === undefined) return false
  const values = message as unknown as Record<string, unknown>
  for (let i = 0; i < list.length; i++) if (!holds(list[i]![1], values[list[i]![0]])) return false
  if (message.type === 'REQUEST' || message.type === 'RELAYREQUEST') {
    return message.sequences.length === message.commands.length
  }
  if (message.type === 'ACKEPOCH') return message.runs.length % 2 === 0
  return true
}

function holds(kind: FieldKind, value: unknown): boolean {
  switch (kind) {
    case 'config':
      return isConfig(value)
    case 'count':
      return isCount(value)
    case 'flag':
      return typeof value === 'boolean'
    case 'state':
      return value === 'LOOKING' || value === 'FOLLOWING' || value === 'LEADING' || value === 'OBSERVING'
    case 'reason':
      return typeof value === 'string'
    case 'counts':
      return Array.isArray(value) && value.every(isCount)
    case 'commands':
      return Array.isArray(value) && value.every((item) => item instanceof Uint8Array)
    case 'entries':
      return Array.isArray(value) && isHistory(value as Entry[])
  }
}

function isConfig(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { index, epoch, settled, data } = value as Record<string, unknown>
  return isCount(index) && isCount(epoch) && typeof settled === 'boolean' && data instanceof Uint8Array
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && (value as number) >= 0
}

/** Entries, at least one, in the order of a history: dense, and of epochs that do not go back. */
function isHistory(entries: readonly Entry[]): boolean {
  if (entries.length === 0) return false
  let { index, epoch } = entries[0]!
  if (!isCount(index) || !isCount(epoch) || index === 0) return false
  for (let i = 1; i < entries.length; i++) {
    const next = entries[i]!
    if (next.index !== index + 1 || !(next.epoch >= epoch)) return false
    index = next.index
    epoch = next.epoch
  }
  return Number.isSafeInteger(epoch)
}
