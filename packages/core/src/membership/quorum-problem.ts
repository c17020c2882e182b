import { QuorateError } from '../errors.ts'
import { type Configuration, type Membership, witnessProblem } from './membership.ts'
import { malformation } from './malformation.ts'
import { type FlexibleQuorums, type GridQuorums, type QuorumSystem, votersIn } from './quorum-system.ts'

/** What an engine asks of quorums beyond that every election quorum meets every replication quorum. */
export interface QuorumNeeds {
  /**
   * Must any two election quorums meet? Where a term or epoch belongs to nobody (Raft, Zab), only a voter that both
   * elections ask excludes two leaders in one. A Paxos ballot belongs to a replica: there they need not.
   */
  readonly electionsMeet: boolean
  /** Can it have voters that keep no commands? Default: no. */
  readonly witnesses?: boolean
}

/** Why a system cannot be used, in a sentence; undefined if it can. */
export function quorumProblem(system: QuorumSystem, needs: QuorumNeeds): string | undefined {
  return malformation(system) ?? emptiness(system) ?? intersectionProblem(system, needs)
}

/**
 * Checks the membership that an engine is to start with, and those pending in it.
 *
 * @throws QuorateError `USAGE` if the engine cannot work with its quorums
 */
export function requireQuorums(engine: string, membership: Membership, needs: QuorumNeeds): void {
  requireConfiguration(engine, 'the first membership', membership, needs)
  for (const { from, membership: later } of membership.pending ?? []) {
    requireConfiguration(engine, `the membership pending from entry ${from} on`, later, needs)
  }
}

function requireConfiguration(
  engine: string,
  which: string,
  configuration: Configuration,
  needs: QuorumNeeds,
): void {
  requireWitnesses(engine, which, configuration, needs)
  const problem = quorumProblem(configuration.quorums, needs)
  if (problem === undefined) return
  const advice = needs.electionsMeet
    ? 'take majority, weighted or hierarchical quorums, or flexible ones that elect with more than half of the voters'
    : 'take quorums of which each that elects shares a voter with each that decides'
  throw new QuorateError('USAGE', `${engine} cannot start: in ${which}, ${problem}; ${advice}`)
}

function requireWitnesses(
  engine: string,
  which: string,
  configuration: Configuration,
  needs: QuorumNeeds,
): void {
  if (configuration.witnesses === undefined) return
  const problem =
    needs.witnesses === true
      ? witnessProblem(configuration)
      : 'there are witnesses, which this engine has not'
  if (problem === undefined) return
  throw new QuorateError(
    'USAGE',
    `${engine} cannot start: in ${which}, ${problem}; make them voters or leave them out`,
  )
}

/** A system in which nobody can ever decide; one side of a joint system may be empty. */
function emptiness(system: QuorumSystem): string | undefined {
  if (votersIn(system).length === 0) return 'there are no voters'
  switch (system.type) {
    case 'weighted':
      return system.weights.every(({ weight }) => weight === 0) ? 'no vote weighs anything' : undefined
    case 'hierarchical':
      return system.groups.flat().every(({ weight }) => weight === 0) ? 'no vote weighs anything' : undefined
    case 'joint':
      return emptySide(system.old) ?? emptySide(system.next)
    case 'majority':
    case 'grid':
    case 'flexible':
      return undefined
  }
}

/** An empty majority asks for nothing: a joint system with one is being entered. */
function emptySide(system: QuorumSystem): string | undefined {
  return system.type === 'majority' ? undefined : emptiness(system)
}

/**
 * Any two sets of more than half of a weight meet, and so do a row and a column. Both sides of a joint system are held to
 * the same, though one would do: each is to decide alone some day.
 */
function intersectionProblem(system: QuorumSystem, needs: QuorumNeeds): string | undefined {
  switch (system.type) {
    case 'majority':
    case 'weighted':
    case 'hierarchical':
      return undefined
    case 'grid':
      return needs.electionsMeet ? rowsApart(system) : undefined
    case 'flexible':
      return sizesApart(system) ?? (needs.electionsMeet ? electionsApart(system) : undefined)
    case 'joint':
      return intersectionProblem(system.old, needs) ?? intersectionProblem(system.next, needs)
  }
}

function rowsApart({ rows }: GridQuorums): string | undefined {
  if (rows.length === 1) return undefined
  return `two rows of the grid, which elect, share no voter, so two leaders could be elected at once`
}

function sizesApart({ voters, election, replication }: FlexibleQuorums): string | undefined {
  if (election + replication > voters.length) return undefined
  return (
    `election quorums of ${election} and replication quorums of ${replication} of ${voters.length} voters need not ` +
    `share a voter, so a new leader could miss what was decided; together they must be more than ${voters.length}`
  )
}

function electionsApart({ voters, election }: FlexibleQuorums): string | undefined {
  if (election * 2 > voters.length) return undefined
  return (
    `two election quorums of ${election} of ${voters.length} voters need not share a voter, so two leaders could be ` +
    `elected at once`
  )
}
