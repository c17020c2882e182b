import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import type { NodeId } from '../ids.ts'
import {
  isVoter,
  type Configuration,
  type Membership,
  type PendingMembership,
  witnessProblem,
} from './membership.ts'
import { readNodes, readSystem, writeNodes, writeSystem } from './quorum-codec.ts'
import { type QuorumSystem, votersIn } from './quorum-system.ts'

/** What may follow who takes part and what is pending, in this order. Numbers are only ever added. */
const witnessSection = 1
const nextObserverSection = 2

/** The binary form of a membership: the data of a `membership` entry, and part of a snapshot's description. */
export function encodeMembership(membership: Membership): Uint8Array {
  const writer = new ByteWriter(64)
  writeConfiguration(writer, membership)
  const { pending = [], nextObservers } = membership
  const all = [membership, ...pending.map((later) => later.membership)]
  const hasWitnesses = all.some(({ witnesses }) => witnesses !== undefined)
  if (pending.length > 0 || hasWitnesses || nextObservers !== undefined) writer.u32(pending.length)
  for (const { from, membership: later } of pending) writeConfiguration(writer.u64(from), later)
  if (hasWitnesses) writer.u8(witnessSection)
  if (hasWitnesses) for (const { witnesses = [] } of all) writeNodes(writer, witnesses)
  if (nextObservers !== undefined) writeNodes(writer.u8(nextObserverSection), nextObservers)
  return writer.copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function decodeMembership(bytes: Uint8Array): Membership {
  const reader = new ByteReader(bytes, 'a membership')
  const now = readConfiguration(reader)
  // What was written before memberships could be pending ends here.
  if (reader.remaining === 0) return now
  const pending = readPending(reader)
  let membership: Membership = pending.length === 0 ? now : { ...now, pending }
  let last = 0
  while (reader.remaining > 0) {
    const section = reader.u8()
    if (section <= last) reader.fail(`part ${section} of a membership behind part ${last}`)
    membership = readSection(reader, section, membership)
    last = section
  }
  return membership
}

function readSection(reader: ByteReader, section: number, membership: Membership): Membership {
  switch (section) {
    case witnessSection:
      return readWitnesses(reader, membership)
    case nextObserverSection:
      return { ...membership, nextObservers: readNextObservers(reader, membership.quorums) }
    default:
      return reader.fail(`unknown part ${section} of a membership`)
  }
}

/** A list for the membership in force, and one for each that is pending. */
function readWitnesses(reader: ByteReader, membership: Membership): Membership {
  const { pending } = membership
  const now = readWitnessesOf(reader, membership)
  const later = pending?.map(({ from, membership: next }) => ({
    from,
    membership: readWitnessesOf(reader, next),
  }))
  const all = [now, ...(later ?? []).map((one) => one.membership)]
  if (all.every(({ witnesses }) => witnesses === undefined)) reader.fail('a list of no witnesses')
  return later === undefined ? now : { ...now, pending: later }
}

function readWitnessesOf<T extends Configuration>(reader: ByteReader, configuration: T): T {
  const witnesses = readNodes(reader)
  if (witnesses.length === 0) return configuration
  const witnessed = { ...configuration, witnesses }
  const problem = witnessProblem(witnessed)
  if (problem !== undefined) reader.fail(problem)
  return witnessed
}

function readNextObservers(reader: ByteReader, quorums: QuorumSystem): NodeId[] {
  const observers = readNodes(reader)
  if (quorums.type !== 'joint') return reader.fail(`observers to be of quorums that are ${quorums.type}`)
  const both = observers.find((node) => votersIn(quorums.next).includes(node))
  if (both !== undefined) reader.fail(`replica ${both} is to be a voter and an observer`)
  return observers
}

function writeConfiguration(writer: ByteWriter, { quorums, observers }: Configuration): void {
  writeSystem(writer, quorums)
  writeNodes(writer, observers)
}

function readConfiguration(reader: ByteReader): Configuration {
  const configuration = { quorums: readSystem(reader), observers: readNodes(reader) }
  const both = configuration.observers.find((node) => isVoter(configuration, node))
  if (both !== undefined) reader.fail(`replica ${both} is a voter and an observer`)
  return configuration
}

function readPending(reader: ByteReader): PendingMembership[] {
  const count = reader.u32()
  if (count === 0 && reader.remaining === 0) reader.fail('a list of no pending memberships')
  const pending: PendingMembership[] = []
  let last = 0
  for (let i = 0; i < count; i++) {
    const from = reader.u64()
    if (from <= last) reader.fail(`a membership from entry ${from} on is listed behind one from ${last} on`)
    pending.push({ from, membership: readConfiguration(reader) })
    last = from
  }
  return pending
}
