import { type ByteReader, type ByteWriter, type Outcome, type ReadMode, QuorateError } from '@quorate/core'

/**
 * The native client protocol: length-prefixed frames (see the runtime's framing) over TCP, little endian. The first
 * byte is the type. Requests carry an id of the client's choice, which the response repeats.
 */
export const clientFrame = {
  /** Client: u32 id, command bytes. */
  propose: 1,
  /** Client: u32 id, u8 read mode, query bytes. */
  read: 2,
  /** Client: u32 id. Answered with `status`. */
  status: 3,
  /** Server: u32 id, u64 log index, result or answer bytes. */
  done: 16,
  /** Server: u32 id, u8 outcome, u8 retryable, u32 leader (0 unknown), u8 length and code, message. */
  failed: 17,
  /** Server: u32 id, JSON of a `ServiceStatus`. */
  statusIs: 18,
  /** Server, unasked: u8 established leader here?, u32 who leads (0 unknown). Sent at connecting and at each change. */
  leadership: 19,
} as const

const modes: readonly ReadMode[] = ['linearizable', 'lease', 'sequential']

export function readModeNumber(mode: ReadMode): number {
  return modes.indexOf(mode)
}

export function readModeOf(reader: ByteReader): ReadMode {
  return modes[reader.u8()] ?? reader.fail('unknown read mode')
}

const encoder = new TextEncoder()
const decoder = new TextDecoder()

export function writeFailure(writer: ByteWriter, id: number, error: QuorateError): void {
  const leader = typeof error.details['leader'] === 'number' ? error.details['leader'] : 0
  writer.u8(clientFrame.failed).u32(id)
  writer
    .u8(error.outcome === 'definitely-not' ? 0 : 1)
    .u8(error.retryable ? 1 : 0)
    .u32(leader)
  const code = encoder.encode(error.code)
  writer.u8(code.length).raw(code).raw(encoder.encode(error.message))
}

/** Reads a failure behind its id. */
export function readFailure(reader: ByteReader): QuorateError {
  const outcome: Outcome = reader.u8() === 0 ? 'definitely-not' : 'unknown'
  const retryable = reader.u8() === 1
  const leader = reader.u32()
  const code = decoder.decode(reader.raw(reader.u8())) as QuorateError['code']
  const message = decoder.decode(reader.raw(reader.remaining))
  return new QuorateError(code, message, { outcome, retryable, details: leader === 0 ? {} : { leader } })
}

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value))
}

export function decodeJson(bytes: Uint8Array): unknown {
  return JSON.parse(decoder.decode(bytes))
}
