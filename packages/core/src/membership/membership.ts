import { ByteReader } from '../bytes/byte-reader.ts'
import { ByteWriter } from '../bytes/byte-writer.ts'
import { QuorateError } from '../errors.ts'
import type { NodeId } from '../ids.ts'
import type { QuorumSystem } from './quorum.ts'

/** Who takes part. Lists are sorted and share no id. */
export interface Membership {
  /** Which sets of voters decide. */
  readonly quorums: QuorumSystem
  /** Replicas that receive the log but are in no quorum: Raft's learners, Zab's observers. */
  readonly observers: readonly NodeId[]
}

/**
 * A membership of equal voters.
 *
 * @throws QuorateError `USAGE` if a replica is to be both voter and observer
 */
export function majorityOf(voters: readonly NodeId[], observers: readonly NodeId[] = []): Membership {
  const both = observers.find((node) => voters.includes(node))
  if (both !== undefined) throw new QuorateError('USAGE', `replica ${both} cannot be a voter and an observer`)
  return { quorums: { type: 'majority', voters: sorted(voters) }, observers: sorted(observers) }
}

/** Every voter, sorted, each once. */
export function votersOf(membership: Membership): readonly NodeId[] {
  return votersIn(membership.quorums)
}

/** Every member, voters and observers, sorted. */
export function membersOf(membership: Membership): readonly NodeId[] {
  return sorted([...votersOf(membership), ...membership.observers])
}

export function isVoter(membership: Membership, node: NodeId): boolean {
  return votersOf(membership).includes(node)
}

function votersIn(system: QuorumSystem): readonly NodeId[] {
  if (system.type === 'majority') return system.voters
  return sorted([...votersIn(system.old), ...votersIn(system.next)])
}

function sorted(nodes: readonly NodeId[]): readonly NodeId[] {
  return [...new Set(nodes)].sort((a, b) => a - b)
}

const majorityTag = 0
const jointTag = 1
/** How deep joint systems may lie in each other: more than any change of membership needs. */
const maximumDepth = 8

/** The binary form of a membership: the data of a `membership` entry, and part of a snapshot's description. */
export function encodeMembership(membership: Membership): Uint8Array {
  const writer = new ByteWriter(64)
  writeSystem(writer, membership.quorums)
  writeNodes(writer, membership.observers)
  return writer.copy()
}

/** Bad bytes are a `QuorateError` with code `DECODE`. */
export function decodeMembership(bytes: Uint8Array): Membership {
  const reader = new ByteReader(bytes, 'a membership')
  const membership = { quorums: readSystem(reader, maximumDepth), observers: readNodes(reader) }
  reader.end()
  const both = membership.observers.find((node) => isVoter(membership, node))
  if (both !== undefined) reader.fail(`replica ${both} is a voter and an observer`)
  return membership
}

function writeSystem(writer: ByteWriter, system: QuorumSystem): void {
  if (system.type === 'majority') {
    writer.u8(majorityTag)
    writeNodes(writer, system.voters)
  } else {
    writer.u8(jointTag)
    writeSystem(writer, system.old)
    writeSystem(writer, system.next)
  }
}

function readSystem(reader: ByteReader, depth: number): QuorumSystem {
  const tag = reader.u8()
  if (tag === majorityTag) return { type: 'majority', voters: readNodes(reader) }
  if (tag !== jointTag) reader.fail(`unknown kind of quorum system ${tag}`)
  if (depth === 0) reader.fail(`joint systems nested deeper than ${maximumDepth} levels`)
  return { type: 'joint', old: readSystem(reader, depth - 1), next: readSystem(reader, depth - 1) }
}

function writeNodes(writer: ByteWriter, nodes: readonly NodeId[]): void {
  writer.u32(nodes.length)
  for (const node of nodes) writer.u32(node)
}

function readNodes(reader: ByteReader): NodeId[] {
  const count = reader.u32()
  const nodes: NodeId[] = []
  let last = 0
  for (let i = 0; i < count; i++) {
    const node = reader.u32()
    // A voter that is listed twice would count twice.
    if (node <= last) reader.fail(`replica ${node} is listed behind ${last}`)
    nodes.push(node)
    last = node
  }
  return nodes
}
