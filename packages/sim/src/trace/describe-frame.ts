import { type MessageCodec, messageCodec } from '@quorate/codec'
import type { Entry, Message, MessageShapes } from '@quorate/core'

/** The first byte of a frame of messages, as the replica writes it. */
const messagesKind = 1

/** Puts frames between replicas in words: for traces. */
export class FrameReader {
  private readonly codec: MessageCodec<Message>

  constructor(shapes: MessageShapes) {
    this.codec = messageCodec(shapes)
  }

  /** Each message as `type {field: value, …}`. */
  describe(bytes: Uint8Array): string {
    if (bytes[0] !== messagesKind) return `part of a snapshot transfer, ${bytes.length} bytes`
    return this.codec.decode(bytes).map(describeMessage).join('; ')
  }
}

function describeMessage(message: Message): string {
  const fields = Object.entries(message).filter(([name]) => name !== 'type')
  const shown = fields.map(([name, value]) => `${name}: ${describeValue(name, value)}`)
  return shown.length === 0 ? message.type : `${message.type} {${shown.join(', ')}}`
}

function describeValue(name: string, value: unknown): string {
  if (name === 'entries') return describeEntries(value as readonly Entry[])
  if (value instanceof Uint8Array) return `${value.length} bytes`
  if (Array.isArray(value)) return `[${value.map((item) => describeValue('', item)).join(', ')}]`
  return JSON.stringify(value) ?? 'undefined'
}

/** `3–7 of epoch 2`: which entries, and of which epochs. */
export function describeEntries(entries: readonly Entry[]): string {
  const first = entries[0]
  const last = entries.at(-1)
  if (first === undefined || last === undefined) return 'none'
  const epochs = first.epoch === last.epoch ? `epoch ${first.epoch}` : `epochs ${first.epoch}–${last.epoch}`
  return first === last ? `${first.index} of ${epochs}` : `${first.index}–${last.index} of ${epochs}`
}
