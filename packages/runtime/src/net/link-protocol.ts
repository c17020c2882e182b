import { ByteReader, ByteWriter } from '@quorate/core'
import type { NodeId } from '@quorate/core'

/**
 * The link protocol. Every frame (see `frame-splitter.ts`) starts with a byte that says what it is. The one who dials
 * sends `hello`; the other answers `welcome`, which begins the session, or `refusal`, and closes.
 *
 * | type | frame | fields, little endian |
 * |---|---|---|
 * | 1 | hello | magic u32, protocol version u32, cluster, engine, machine (texts: length u32, UTF-8), machine version u32, from u32, to u32, incarnation u64, run u64, session u64 |
 * | 2 | welcome | as hello |
 * | 3 | refusal | reason (text) |
 * | 4 | data | the frame of the transport's owner |
 * | 5 | ping | none: says that this end is alive, when there is nothing else to say |
 * | 6 | knock | as hello: asks the other, whose part it is, to dial |
 *
 * Magic, version and the meaning of `refusal` are the same in every version.
 */
export const frameTypes = { hello: 1, welcome: 2, refusal: 3, data: 4, ping: 5, knock: 6 } as const

export type FrameType = (typeof frameTypes)[keyof typeof frameTypes]

const magic = 0x4b4e4c51
export const protocolVersion = 1

/** A greeting has no reason to be longer than this, bytes. */
export const maxGreetingBytes = 4096

/** What a replica must share with its peers for a link between them to make sense. */
export interface LinkIdentity {
  readonly cluster: string
  readonly engine: string
  readonly machine: { readonly name: string; readonly version: number }
}

/** How one end of a link introduces itself. */
export interface Greeting {
  readonly version: number
  readonly identity: LinkIdentity
  readonly from: NodeId
  readonly to: NodeId
  /** Counts the sender's starts, across restarts. */
  readonly incarnation: number
  /** A random number for this run of the sender's process. */
  readonly run: number
  /** Counts the links that the sender dialled in this run. */
  readonly session: number
}

export function encodeGreeting(type: FrameType, greeting: Greeting): Uint8Array {
  const { identity } = greeting
  const writer = new ByteWriter(128)
  writer.u8(type).u32(magic).u32(greeting.version)
  writeText(writer, identity.cluster)
  writeText(writer, identity.engine)
  writeText(writer, identity.machine.name)
  writer.u32(identity.machine.version).u32(greeting.from).u32(greeting.to)
  return writer.u64(greeting.incarnation).u64(greeting.run).u64(greeting.session).copy()
}

/**
 * Reads what follows the type byte. Of another version only the version is read: the rest is this program's own.
 *
 * @throws QuorateError `DECODE`
 */
export function decodeGreeting(frame: Uint8Array): Greeting {
  const reader = new ByteReader(frame, 'a greeting', 1)
  if (reader.u32() !== magic) reader.fail('it does not begin like one')
  const version = reader.u32()
  if (version !== protocolVersion) return { ...nobody, version }
  const identity = {
    cluster: readText(reader),
    engine: readText(reader),
    machine: { name: readText(reader), version: reader.u32() },
  }
  const greeting = {
    version,
    identity,
    from: reader.u32(),
    to: reader.u32(),
    incarnation: reader.u64(),
    run: reader.u64(),
    session: reader.u64(),
  }
  reader.end()
  return greeting
}

const nobody: Greeting = {
  version: 0,
  identity: { cluster: '', engine: '', machine: { name: '', version: 0 } },
  from: 0,
  to: 0,
  incarnation: 0,
  run: 0,
  session: 0,
}

export function encodeRefusal(reason: string): Uint8Array {
  const writer = new ByteWriter(64).u8(frameTypes.refusal)
  writeText(writer, reason)
  return writer.copy()
}

/** @throws QuorateError `DECODE` */
export function decodeRefusal(frame: Uint8Array): string {
  return readText(new ByteReader(frame, 'a refusal', 1))
}

/** Why `greeting` is not from somebody to have a link with; undefined if it is. */
export function refusalOf(greeting: Greeting, self: NodeId, own: LinkIdentity): string | undefined {
  const theirs = greeting.identity
  if (greeting.version !== protocolVersion) {
    return `link protocol version ${greeting.version} is not spoken here, only ${protocolVersion}: run the same release on all replicas`
  }
  const fields: readonly (readonly [string, string | number, string | number])[] = [
    ['cluster', theirs.cluster, own.cluster],
    ['engine', theirs.engine, own.engine],
    ['machine', theirs.machine.name, own.machine.name],
    ['machine version', theirs.machine.version, own.machine.version],
  ]
  for (const [field, sent, here] of fields) {
    if (sent !== here)
      return `it is of ${field} ${JSON.stringify(sent)}, this is ${field} ${JSON.stringify(here)}`
  }
  if (greeting.to !== self)
    return `it looks for replica ${greeting.to}, this is replica ${self}: check the addresses`
  return undefined
}

function writeText(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text, 'utf8')
  writer.u32(bytes.length).raw(bytes)
}

function readText(reader: ByteReader): string {
  return Buffer.from(reader.raw(reader.u32())).toString('utf8')
}
