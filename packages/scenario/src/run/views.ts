import {
  type Entry,
  type Message,
  type MessageShapes,
  type Persist,
  type StorageOperation,
  unreachable,
} from '@quorate/core'
import type { InFlight } from '@quorate/sim'
import type { EntryView, MessageView, WriteView } from './run-event.ts'

/** Bytes as text, a character a byte: the counterpart of how `EngineCluster` proposes texts. */
export function textOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}

export function entryView({ index, epoch, kind, data }: Entry): EntryView {
  return { index, epoch, kind, text: kind === 'command' ? textOf(data) : '' }
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
    case 'append': {
      const { entries } = operation
      const first = entries[0]?.index ?? 0
      return entries.length === 1 ? `append ${first}` : `append ${first}..${first + entries.length - 1}`
    }
    case 'accept':
      return `accept ${operation.slot}`
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
