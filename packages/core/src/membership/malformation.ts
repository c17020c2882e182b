import type { NodeId } from '../ids.ts'
import type { QuorumSystem, VoterWeight } from './quorum-system.ts'

/** Weights and ids are written in 32 bits. */
const largest = 2 ** 32 - 1

/**
 * What is wrong with the lists and numbers of a system, in a sentence: what the functions on quorums rely on. Whether its
 * quorums meet is asked by `quorumProblem`.
 */
export function malformation(system: QuorumSystem): string | undefined {
  switch (system.type) {
    case 'majority':
      return nodesProblem(system.voters)
    case 'weighted':
      return weightsProblem(system.weights)
    case 'hierarchical':
      return (
        firstProblem(system.groups, weightsProblem) ??
        repeated(system.groups.flatMap((group) => group.map(({ node }) => node)))
      )
    case 'grid':
      return rowsProblem(system.rows)
    case 'flexible':
      return nodesProblem(system.voters) ?? sizesProblem(system)
    case 'joint':
      return malformation(system.old) ?? malformation(system.next)
  }
}

function nodesProblem(nodes: readonly NodeId[]): string | undefined {
  const wrong = firstProblem(nodes, idProblem) ?? repeated(nodes)
  if (wrong !== undefined) return wrong
  const at = nodes.findIndex((node, i) => i > 0 && node < nodes[i - 1]!)
  return at < 0 ? undefined : `replica ${nodes[at]} is listed behind ${nodes[at - 1]}; lists are sorted`
}

function idProblem(node: NodeId): string | undefined {
  return isWhole(node, 1, largest) ? undefined : `${node} is no replica's id`
}

function weightsProblem(weights: readonly VoterWeight[]): string | undefined {
  const wrong = weights.find(({ weight }) => !isWhole(weight, 0, largest))
  if (wrong === undefined) return nodesProblem(weights.map(({ node }) => node))
  return `replica ${wrong.node} has weight ${wrong.weight}; a weight is a whole number from 0 to ${largest}`
}

function rowsProblem(rows: readonly (readonly NodeId[])[]): string | undefined {
  const width = rows[0]?.length ?? 0
  const at = rows.findIndex((row) => row.length !== width)
  if (at >= 0) {
    return `row ${at + 1} of the grid has ${rows[at]!.length} replicas and row 1 has ${width}; rows are equally long`
  }
  return firstProblem(rows.flat(), idProblem) ?? repeated(rows.flat())
}

function sizesProblem(system: Extract<QuorumSystem, { type: 'flexible' }>): string | undefined {
  const { voters, election, replication } = system
  for (const [name, size] of [
    ['election', election],
    ['replication', replication],
  ] as const) {
    if (!isWhole(size, 1, voters.length)) {
      return `${name} quorums of ${size}; the size of a quorum of ${voters.length} voters is a whole number from 1 to ${voters.length}`
    }
  }
  return undefined
}

function repeated(nodes: readonly NodeId[]): string | undefined {
  const seen = new Set<NodeId>()
  for (const node of nodes) {
    if (seen.has(node)) return `replica ${node} is listed twice and would count twice`
    seen.add(node)
  }
  return undefined
}

function firstProblem<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item)
    if (found !== undefined) return found
  }
  return undefined
}

function isWhole(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to
}
