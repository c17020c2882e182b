import {
  ByteReader,
  ByteWriter,
  type Entry,
  type Message,
  type MessageShapes,
  QuorateError,
  readEntry,
  writeEntries,
} from '@quorate/core'
import { readHead, writeHead } from './message-head.ts'
import { asPlainBytes } from './plain-bytes.ts'
import { checkVersion } from './version-byte.ts'

/** Version of the frame layout below. Grows when it changes. */
const frameVersion = 1

/** Turns the messages that one turn sends to one peer into one frame, and back. */
export interface MessageCodec<M extends Message> {
  /**
   * `kind` becomes the frame's first byte: for links that carry several kinds of frame.
   *
   * @throws QuorateError `USAGE` for a message that has no shape, or that holds other than plain values
   */
  encode(messages: readonly M[], kind: number): Uint8Array
  /**
   * The messages' entries and bytes are views of `frame`. Whole or not at all.
   *
   * @throws QuorateError `DECODE` for bad bytes, `NEWER_VERSION` for those of a newer program
   */
  decode(frame: Uint8Array): M[]
}

/** Reads an entry at a reader's position: core's `readEntry`, or something that gives an equal entry. */
export type EntryReader = (reader: ByteReader) => Entry

/**
 * The codec for one engine's messages, made from the shapes that the engine exports. A frame is, little endian:
 *
 * | bytes | field |
 * |---|---|
 * | 1 | kind of frame, the carrier's own |
 * | 1 | version of this layout |
 * | 4 | number of messages |
 * | … | each message: 1 byte type (its place in the shapes), 4 bytes length of the head, the head (MessagePack: a list of the fields' values in the shape's order, `entries` left out), and for types with entries 4 bytes count and the entries in their one binary form |
 *
 * @param entry how entries are read
 * @throws QuorateError `USAGE` for more types of message than one byte can number
 */
export function messageCodec<M extends Message>(
  shapes: MessageShapes,
  entry: EntryReader = readEntry,
): MessageCodec<M> {
  return new ShapedCodec<M>(shapes, entry)
}

interface Shape {
  readonly number: number
  readonly type: string
  /** Without `entries`. */
  readonly fields: readonly string[]
  readonly hasEntries: boolean
  /** A message of this shape without content: copied, it has all of its fields in one piece of memory. */
  readonly blank: Readonly<Record<string, unknown>>
}

class ShapedCodec<M extends Message> implements MessageCodec<M> {
  private readonly byType = new Map<string, Shape>()
  private readonly byNumber: Shape[] = []
  private readonly writer = new ByteWriter(64 * 1024)
  private readonly readEntry: EntryReader

  constructor(shapes: MessageShapes, entry: EntryReader) {
    this.readEntry = entry
    for (const [type, all] of Object.entries(shapes)) {
      const fields = all.filter((field) => field !== 'entries' && field !== 'type')
      const hasEntries = all.includes('entries')
      const shape = {
        number: this.byNumber.length,
        type,
        fields,
        hasEntries,
        blank: blankOf(type, fields, hasEntries),
      }
      this.byType.set(type, shape)
      this.byNumber.push(shape)
    }
    if (this.byNumber.length > 256) throw new QuorateError('USAGE', 'more than 256 types of message')
  }

  encode(messages: readonly M[], kind: number): Uint8Array {
    const { writer } = this
    writer.reset()
    writer.u8(kind).u8(frameVersion).u32(messages.length)
    for (const message of messages) this.writeMessage(message as M & Record<string, unknown>)
    return writer.take()
  }

  decode(frame: Uint8Array): M[] {
    const reader = new ByteReader(asPlainBytes(frame), 'a frame of messages', 1)
    checkVersion(reader.u8(), frameVersion, 'a frame of messages')
    const count = reader.u32()
    // Most frames hold one message, for which no room to spare is made.
    const messages: M[] = count > 0 ? [this.readMessage(reader)] : []
    for (let i = 1; i < count; i++) messages.push(this.readMessage(reader))
    reader.end()
    return messages
  }

  private writeMessage(message: M & Record<string, unknown>): void {
    const { writer } = this
    const shape = this.byType.get(message.type)
    if (shape === undefined) throw new QuorateError('USAGE', `no shape for messages of type ${message.type}`)
    writer.u8(shape.number)
    writeHead(writer, message, shape.fields)
    if (!shape.hasEntries) return
    const entries = message['entries'] as readonly Entry[]
    writer.u32(entries.length)
    writeEntries(writer, entries)
  }

  private readMessage(reader: ByteReader): M {
    const shape = this.byNumber[reader.u8()]
    if (shape === undefined) return reader.fail('unknown type of message')
    const message = copiers[shape.number % copiers.length]!(shape.blank)
    if (!readHead(reader, message, shape.fields)) {
      return reader.fail(`${shape.type} has ${shape.fields.length} fields, others came`)
    }
    if (shape.hasEntries) message['entries'] = this.readEntries(reader)
    return message as unknown as M
  }

  private readEntries(reader: ByteReader): Entry[] {
    const count = reader.u32()
    const entries: Entry[] = count > 0 ? [this.readEntry(reader)] : []
    for (let i = 1; i < count; i++) entries.push(this.readEntry(reader))
    return entries
  }
}

type Copier = (blank: Readonly<Record<string, unknown>>) => Record<string, unknown>

/**
 * All the same. An engine copies objects quickly in a place where it sees objects of few shapes, and slowly where it
 * sees many: so there are as many places as a protocol has kinds of message in normal operation, and some more.
 */
const copiers: readonly Copier[] = [
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
  (blank) => ({ ...blank }),
]

function blankOf(type: string, fields: readonly string[], hasEntries: boolean): Record<string, unknown> {
  const blank: Record<string, unknown> = { type }
  for (const field of fields) blank[field] = undefined
  if (hasEntries) blank['entries'] = undefined
  return blank
}
