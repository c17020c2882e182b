import {
  type Entry,
  QuorateError,
  decodeMembership,
  type Message,
  type MessageShapes,
  type Persist,
  type StorageOperation,
  unreachable,
} from '@quorate/core'
import type { InFlight } from '@quorate/sim'
import { membershipText } from '../language/format-membership.ts'
import type { EntryView, MessageView, WriteView } from './run-event.ts'

/** Bytes as text, a character a byte: the counterpart of how `EngineCluster` proposes texts. */
export function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

export function entryView({ index, epoch, kind, data }: Entry): EntryView {
  const text = kind === 'command' ? textOf(data) : kind === 'membership' ? membershipIn(data) : ''
  return { index, epoch, kind, text }
}

/** What a broken engine may have proposed need not be one. */
function membershipIn(data: Uint8Array): string {
  try {
    return membershipText(decodeMembership(data))
  } catch (error) {
    if (error instanceof QuorateError) return 'nobody can read'
    throw error
  }
}

export function messageView<M extends Message>(
  id: number,
  { message, snapshot }: InFlight<M>,
  shapes: MessageShapes,
): MessageView {
  const values = message as unknown as Readonly<Record<string, unknown>>
  const names = shapes[message.type] ?? Object.keys(values).filter((name) => name !== 'type')
  const fields: Record<string, unknown> = {}
  for (const name of names) fields[name] = valueView(values[name])
  return { id, type: message.type, fields, snapshot: snapshot?.index }
}

function valueView(value: unknown): unknown {
  if (value instanceof Uint8Array) return textOf(value)
  if (Array.isArray(value)) return value.map(valueView)
  return isEntry(value) ? entryView(value) : value
}

function isEntry(value: unknown): value is Entry {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'kind' in value && 'data' in value
}

export function writeView({ operations }: Persist): WriteView {
  return { operations: operations.map(operationText) }
}

function operationText(operation: StorageOperation): string {
  switch (operation.type) {
    case 'append':
      return `append ${indexText(operation.entries)}`
    case 'accept':
      return `accept ${indexText(operation.entries)}`
    case 'truncateAfter':
      return `truncate after ${operation.index}`
    case 'setHardState':
      return 'hard state'
    case 'installSnapshot':
      return `install snapshot ${operation.meta.index}`
    case 'compactTo':
      return `compact to ${operation.meta.index}`
    default:
      return unreachable(operation, 'storage operation')
  }
}

/** Where entries lie, each run of neighbours as one: `3..5,8`. */
function indexText(entries: readonly Entry[]): string {
  const runs: { first: number; last: number }[] = []
  for (const { index } of entries) {
    const run = runs.at(-1)
    if (run !== undefined && run.last + 1 === index) run.last = index
    else runs.push({ first: index, last: index })
  }
  return runs.map(({ first, last }) => (first === last ? `${first}` : `${first}..${last}`)).join(',')
}
