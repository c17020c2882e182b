import { unreachable } from '@quorate/core'
import type { Answer, EntryView, MessageView } from '../run/run-event.ts'

/** Fields that keep old messages apart from new ones. They say nothing to a reader who sees each message arrive. */
const bookkeeping: ReadonlySet<string> = new Set(['session', 'round', 'connection', 'sequences', 'config'])

/** `2@1 "x"`: index, epoch, command. */
export function entryText({ index, epoch, kind, text }: EntryView): string {
  const what =
    kind === 'command' ? JSON.stringify(text) : kind === 'membership' ? `membership (${text})` : kind
  return `${index}@${epoch} ${what}`
}

/** A message's type and what it says. */
export function messageText({ type, fields, snapshot }: MessageView): string {
  const carries = snapshot === undefined ? '' : ` with a snapshot of ${snapshot}`
  return `${type}${fieldsText(fields)}${carries}`
}

/** ` name=value` for each field that says something. */
export function fieldsText(fields: Readonly<Record<string, unknown>>): string {
  let text = ''
  for (const [name, value] of Object.entries(fields)) {
    const isEmpty = value === undefined || (Array.isArray(value) && value.length === 0)
    if (!isEmpty && !bookkeeping.has(name)) text += ` ${name}=${valueText(value)}`
  }
  return text
}

function valueText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(valueText).join(', ')}]`
  if (isEntry(value)) return entryText(value)
  if (typeof value === 'string' && /^[\w.-]+$/.test(value)) return value
  return JSON.stringify(value) ?? 'undefined'
}

function isEntry(value: unknown): value is EntryView {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'kind' in value && 'text' in value
}

export function answerText(answer: Answer): string {
  switch (answer.status) {
    case 'committed':
      return `committed at ${answer.index}`
    case 'ready':
      return `sees ${textsText(answer.sees)}, as of ${answer.index}`
    case 'rejected':
      return `rejected, ${answer.reason}, ${answer.outcome}`
    case 'abandoned':
      return `abandoned, ${answer.reason}, may happen yet`
    case 'done':
      return 'done'
    case 'lost':
      return 'no answer any more'
    default:
      return unreachable(answer, 'answer')
  }
}

/** Commands, quoted. */
export function textsText(texts: readonly string[]): string {
  return texts.length === 0 ? 'nothing' : texts.map((text) => JSON.stringify(text)).join(', ')
}

/** `1 write`, `2 writes`. */
export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}
