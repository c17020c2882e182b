import { type AnyEngineDefinition, type CostModel, type MessageCounts, assert } from '@quorate/core'
import { type CommitCount, countCommits } from './count-commits.ts'
import { type ElectionCount, countElection } from './count-election.ts'
import { messageDelay, syncDelay } from './counted-cluster.ts'
import { sum, totalOf } from './tally.ts'

/** A figure, or a few in words where they are not one. */
export type CostFigure = number | string

/** One thing that a cost model says, and what was counted. */
export interface CostClaim {
  readonly name: string
  /** Undefined: the model says that it is not fixed. */
  readonly predicted: CostFigure | undefined
  readonly counted: CostFigure
  /** True too where nothing is predicted. */
  readonly holds: boolean
}

/** What an engine's model says of a number of voters, beside what was counted. */
export interface CostReport {
  readonly engine: string
  readonly voters: number
  /** The commits counted. */
  readonly commands: number
  readonly claims: readonly CostClaim[]
  /** Do all claims? */
  readonly holds: boolean
}

/**
 * Counts `commands` commits and an election among so many voters, and puts the engine's own prediction beside. At least
 * two commits: of the last one followers may not have learnt yet.
 */
export function compareCost(engine: AnyEngineDefinition, voters: number, commands: number): CostReport {
  assert(commands >= 2, 'at least two commits are counted', { commands })
  const { name, cost } = engine
  const claims = [
    ...commitClaims(cost, voters, countCommits(engine, { voters, commands })),
    ...electionClaims(cost, voters, countElection(engine, voters)),
  ]
  return { engine: name, voters, commands, claims, holds: claims.every(({ holds }) => holds) }
}

function commitClaims(cost: CostModel, voters: number, count: CommitCount): CostClaim[] {
  const { commands, messages, fsyncs, commitTimes, delaysToLearn } = count
  const perCommand = (total: number): number => total / commands
  const predicted = cost.commitMessages(voters)
  const counted = Object.fromEntries(Object.entries(messages).map(([type, n]) => [type, perCommand(n)]))
  return [
    claim('commit: messages', cost.messagesPerCommit(voters), perCommand(totalOf(messages))),
    ...messageClaims('commit', predicted, counted),
    claim('commit: message delays', cost.delaysToCommit, inWords(commitTimes.map(delaysOf))),
    claim('commit: fsyncs on the way', cost.fsyncsToCommit, inWords(commitTimes.map(syncsOf))),
    claim('commit: fsyncs', cost.fsyncsPerCommit(voters), perCommand(fsyncs)),
    claim('commit: delays to learn', cost.delaysToLearn, inWords(delaysToLearn)),
  ]
}

function electionClaims(
  { election, periodic }: CostModel,
  voters: number,
  count: ElectionCount,
): CostClaim[] {
  const without = (types: readonly string[]): MessageCounts =>
    Object.fromEntries(Object.entries(count.messages).filter(([type]) => !types.includes(type)))
  return [
    ...messageClaims('election', election.messages(voters), without([...periodic, ...election.unfixed])),
    ...election.unfixed.map((type) => claim(`election: ${type}`, undefined, count.messages[type] ?? 0)),
    claim('election: fsyncs', election.fsyncs(voters), count.fsyncs),
  ]
}

/** One claim for each type that is predicted or counted. */
function messageClaims(what: string, predicted: MessageCounts, counted: MessageCounts): CostClaim[] {
  const types = Object.keys({ ...predicted, ...sum(counted, {}) })
  return types.map((type) => claim(`${what}: ${type}`, predicted[type] ?? 0, counted[type] ?? 0))
}

function claim(name: string, predicted: CostFigure | undefined, counted: CostFigure): CostClaim {
  return { name, predicted, counted, holds: predicted === undefined || predicted === counted }
}

/** Whole message delays in a duration. */
function delaysOf(time: number): number {
  return Math.floor(time / messageDelay)
}

/** What is left of it, in syncs. */
function syncsOf(time: number): number {
  return (time % messageDelay) / syncDelay
}

/** The one value, or all. */
function inWords(values: readonly CostFigure[]): CostFigure {
  const different = [...new Set(values)]
  return different.length === 1 ? different[0]! : different.join(' or ')
}
