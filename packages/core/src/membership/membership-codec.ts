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
import { malformation } from './malformation.ts'
import { type QuorumSystem, type VoterWeight, votersIn } from './quorum-system.ts'

/** The kinds of quorum systems on disk. Numbers are only ever added. */
const tags: Readonly<Record<QuorumSystem['type'], number>> = {
  majority: 0,
  joint: 1,
  weighted: 2,
  hierarchical: 3,
  grid: 4,
  flexible: 5,
}
const kinds = Object.keys(tags) as QuorumSystem['type'][]
/** What may follow who takes part and what is pending, in this order. Numbers are only ever added. */
const witnessSection = 1
const nextObserverSection = 2
/** How deep joint systems may lie in each other: more than any change of membership needs. */
const maximumDepth = 8

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
  const later = pending?.map(({ from, membership: next }) => ({ from, membership: readWitnessesOf(reader, next) }))
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
  const configuration = { quorums: readSystem(reader, maximumDepth), observers: readNodes(reader) }
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

function writeSystem(writer: ByteWriter, system: QuorumSystem): void {
  writer.u8(tags[system.type])
  switch (system.type) {
    case 'majority':
      return writeNodes(writer, system.voters)
    case 'weighted':
      return writeWeights(writer, system.weights)
    case 'hierarchical':
      writer.u32(system.groups.length)
      for (const group of system.groups) writeWeights(writer, group)
      return
    case 'grid':
      writer.u32(system.rows.length).u32(system.rows[0]?.length ?? 0)
      for (const node of system.rows.flat()) writer.u32(node)
      return
    case 'flexible':
      writeNodes(writer, system.voters)
      writer.u32(system.election).u32(system.replication)
      return
    case 'joint':
      writeSystem(writer, system.old)
      writeSystem(writer, system.next)
  }
}

function readSystem(reader: ByteReader, depth: number): QuorumSystem {
  const system = readUnchecked(reader, depth)
  const problem = malformation(system)
  if (problem !== undefined) reader.fail(problem)
  return system
}

function readUnchecked(reader: ByteReader, depth: number): QuorumSystem {
  const tag = reader.u8()
  const type = kinds.find((kind) => tags[kind] === tag)
  switch (type) {
    case 'majority':
      return { type, voters: readNodes(reader) }
    case 'weighted':
      return { type, weights: readWeights(reader) }
    case 'hierarchical':
      return { type, groups: readList(reader, () => readWeights(reader)) }
    case 'grid':
      return { type, rows: readRows(reader) }
    case 'flexible':
      return { type, voters: readNodes(reader), election: reader.u32(), replication: reader.u32() }
    case 'joint':
      if (depth === 0) reader.fail(`joint systems nested deeper than ${maximumDepth} levels`)
      return { type, old: readSystem(reader, depth - 1), next: readSystem(reader, depth - 1) }
    case undefined:
      return reader.fail(`unknown kind of quorum system ${tag}`)
  }
}

function readRows(reader: ByteReader): NodeId[][] {
  const height = reader.u32()
  const width = reader.u32()
  // Rows of nothing would take no bytes, however many there are said to be.
  if (height === 0 || width === 0) reader.fail('a grid of nobody')
  const rows: NodeId[][] = []
  for (let i = 0; i < height; i++) {
    const row: NodeId[] = []
    for (let j = 0; j < width; j++) row.push(reader.u32())
    rows.push(row)
  }
  return rows
}

function writeWeights(writer: ByteWriter, weights: readonly VoterWeight[]): void {
  writer.u32(weights.length)
  for (const { node, weight } of weights) writer.u32(node).u32(weight)
}

function readWeights(reader: ByteReader): VoterWeight[] {
  return readList(reader, () => ({ node: reader.u32(), weight: reader.u32() }))
}

function writeNodes(writer: ByteWriter, nodes: readonly NodeId[]): void {
  writer.u32(nodes.length)
  for (const node of nodes) writer.u32(node)
}

function readNodes(reader: ByteReader): NodeId[] {
  let last = 0
  return readList(reader, () => {
    const node = reader.u32()
    // A voter that is listed twice would count twice.
    if (node <= last) reader.fail(`replica ${node} is listed behind ${last}`)
    last = node
    return node
  })
}

function readList<T>(reader: ByteReader, read: () => T): T[] {
  const count = reader.u32()
  const list: T[] = []
  for (let i = 0; i < count; i++) list.push(read())
  return list
}
