import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import type { NodeId } from '../ids.ts'
import { malformation } from './malformation.ts'
import type { QuorumSystem, VoterWeight } from './quorum-system.ts'

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
/** How deep joint systems may lie in each other: more than any change of membership needs. */
const maximumDepth = 8

/** Writes a quorum system as part of a membership. */
export function writeSystem(writer: ByteWriter, system: QuorumSystem): void {
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

/** Reads one; bad bytes are a `QuorateError` with code `DECODE`. */
export function readSystem(reader: ByteReader, depth: number = maximumDepth): QuorumSystem {
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

export function writeNodes(writer: ByteWriter, nodes: readonly NodeId[]): void {
  writer.u32(nodes.length)
  for (const node of nodes) writer.u32(node)
}

export function readNodes(reader: ByteReader): NodeId[] {
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
