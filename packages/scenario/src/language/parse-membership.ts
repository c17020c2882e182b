import {
  type Configuration,
  type NodeId,
  QuorateError,
  type QuorumSystem,
  type VoterWeight,
  membershipOf,
} from '@quorate/core'
import type { LineReader } from './line-reader.ts'

const kinds = ['voters', 'weights', 'groups', 'grid', 'joint'] as const
/** How deep joint systems may lie in each other: as deep as their binary form goes. */
const deepest = 8

/**
 * `voters 1 2 4 witnesses 4 observers 5`: who takes part, and which quorums decide. That they meet is for the engine to see, so that
 * a script can show how it refuses those that do not.
 */
export function parseMembership(reader: LineReader): Configuration {
  const quorums = parseSystem(reader, deepest)
  const witnesses = reader.accept('word', 'witnesses') === undefined ? [] : distinct(reader, reader.nodeRow())
  const observers = reader.accept('word', 'observers') === undefined ? [] : distinct(reader, reader.nodeRow())
  try {
    return membershipOf(quorums, observers, witnesses)
  } catch (error) {
    if (error instanceof QuorateError) throw reader.error(error.message)
    throw error
  }
}

function parseSystem(reader: LineReader, depth: number): QuorumSystem {
  switch (reader.oneOf('kind of membership', kinds)) {
    case 'voters':
      return parseVoters(reader)
    case 'weights':
      return { type: 'weighted', weights: parseWeights(reader) }
    case 'groups': {
      const groups = parts(reader, parseWeights)
      distinct(
        reader,
        groups.flatMap((group) => group.map(({ node }) => node)),
      )
      return { type: 'hierarchical', groups }
    }
    case 'grid': {
      const rows = parts(reader, () => reader.nodeRow())
      distinct(reader, rows.flat())
      return { type: 'grid', rows }
    }
    case 'joint': {
      if (depth === 0) throw reader.error(`joint memberships lie at most ${deepest} deep in each other`)
      const old = parseSystem(reader, depth - 1)
      reader.words('then')
      return { type: 'joint', old, next: parseSystem(reader, depth - 1) }
    }
  }
}

/** `1 2 3`, or `1 2 3 flexible election=3 replication=1`. */
function parseVoters(reader: LineReader): QuorumSystem {
  const voters = inOrder(distinct(reader, reader.nodeRow()))
  if (reader.accept('word', 'flexible') === undefined) return { type: 'majority', voters }
  return {
    type: 'flexible',
    voters,
    election: parseSize(reader, 'election'),
    replication: parseSize(reader, 'replication'),
  }
}

function parseSize(reader: LineReader, name: string): number {
  reader.words(name)
  reader.take('=', '"="')
  return reader.count('the size of a quorum')
}

/** `1=2 2 3`; who has no weight has 1. */
function parseWeights(reader: LineReader): VoterWeight[] {
  const weights: VoterWeight[] = []
  do {
    const node = reader.node()
    weights.push({ node, weight: reader.accept('=') === undefined ? 1 : reader.count('a weight') })
  } while (reader.accept(',') !== undefined || reader.peeksNumber())
  distinct(
    reader,
    weights.map(({ node }) => node),
  )
  return weights.sort((a, b) => a.node - b.node)
}

/** Parted by `|`. */
function parts<T>(reader: LineReader, parse: (reader: LineReader) => T): T[] {
  const all = [parse(reader)]
  while (reader.accept('|') !== undefined) all.push(parse(reader))
  return all
}

function distinct(reader: LineReader, nodes: NodeId[]): NodeId[] {
  const again = nodes.find((node, i) => nodes.indexOf(node) < i)
  if (again !== undefined) throw reader.error(`node ${again} is named twice`)
  return nodes
}

function inOrder(nodes: readonly NodeId[]): NodeId[] {
  return nodes.toSorted((a, b) => a - b)
}
