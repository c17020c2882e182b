import { ByteReader, ByteWriter, type SnapshotMeta, decodeMembership, encodeMembership } from '@quorate/core'
import { frameKind } from '../frame-kind.ts'

/**
 * Parts of a snapshot transfer. The sender offers; the receiver answers each frame with how much it has; the sender
 * sends pieces from there, a few ahead. So a transfer goes on where it broke, on any kind of link.
 */
export type TransferFrame =
  | {
      readonly type: 'offer'
      readonly transfer: number
      readonly meta: SnapshotMeta
      readonly size: number
      /** The engine's message that goes with it, as the message codec encodes it. */
      readonly message: Uint8Array
    }
  | {
      readonly type: 'piece'
      readonly transfer: number
      readonly offset: number
      readonly checksum: number
      readonly bytes: Uint8Array
    }
  /** The receiver holds the first `offset` bytes; `complete`: it is whole and durable. */
  | {
      readonly type: 'progress'
      readonly transfer: number
      readonly offset: number
      readonly complete: boolean
    }
  /** The receiver does not want it, or does not know it (it restarted). */
  | { readonly type: 'refuse'; readonly transfer: number }

const tags = { offer: 0, piece: 1, progress: 2, refuse: 3 } as const

export function encodeTransfer(frame: TransferFrame): Uint8Array {
  const writer = new ByteWriter(frame.type === 'piece' ? frame.bytes.length + 32 : 64)
  writer.u8(frameKind.snapshot).u8(tags[frame.type]).u64(frame.transfer)
  switch (frame.type) {
    case 'offer': {
      const membership = encodeMembership(frame.meta.membership)
      writer.u64(frame.meta.index).u64(frame.meta.epoch).u32(membership.length).raw(membership)
      writer.u64(frame.size).u32(frame.message.length).raw(frame.message)
      break
    }
    case 'piece':
      writer.u64(frame.offset).u32(frame.checksum).u32(frame.bytes.length).raw(frame.bytes)
      break
    case 'progress':
      writer.u64(frame.offset).u8(frame.complete ? 1 : 0)
      break
    case 'refuse':
      break
  }
  return writer.copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function decodeTransfer(bytes: Uint8Array): TransferFrame {
  const reader = new ByteReader(bytes, 'a frame of a snapshot transfer', 1)
  const tag = reader.u8()
  const transfer = reader.u64()
  const frame = readBody(reader, tag, transfer)
  reader.end()
  return frame
}

function readBody(reader: ByteReader, tag: number, transfer: number): TransferFrame {
  switch (tag) {
    case tags.offer: {
      const index = reader.u64()
      const epoch = reader.u64()
      const membership = decodeMembership(reader.raw(reader.u32()))
      const size = reader.u64()
      return {
        type: 'offer',
        transfer,
        meta: { index, epoch, membership },
        size,
        message: reader.raw(reader.u32()),
      }
    }
    case tags.piece: {
      const offset = reader.u64()
      const checksum = reader.u32()
      return { type: 'piece', transfer, offset, checksum, bytes: reader.raw(reader.u32()) }
    }
    case tags.progress:
      return { type: 'progress', transfer, offset: reader.u64(), complete: reader.u8() === 1 }
    case tags.refuse:
      return { type: 'refuse', transfer }
    default:
      return reader.fail(`unknown part ${tag}`)
  }
}
