import {
  type Configuration,
  type QuorumSystem,
  QuorateError,
  type VoterWeight,
  votersIn,
} from '@quorate/core'
import { parseScenario } from '@quorate/scenario'
import { andList, nodesText } from './words.ts'

/** A membership in plain words: `the voters 1, 2 and 3, with node 5 as observer`. */
export function membersText(members: Configuration): string {
  const { quorums, witnesses = [], observers } = members
  const others = [
    ...(witnesses.length === 0 ? [] : [asText(witnesses, 'witness', 'witnesses')]),
    ...(observers.length === 0 ? [] : [asText(observers, 'observer', 'observers')]),
  ]
  return `${quorumsText(quorums)}${others.length === 0 ? '' : `, with ${andList(others)}`}`
}

function asText(nodes: readonly number[], one: string, several: string): string {
  return `${nodesText(nodes)} as ${nodes.length === 1 ? one : several}`
}

function quorumsText(quorums: QuorumSystem): string {
  switch (quorums.type) {
    case 'majority':
      return votersText(quorums.voters)
    case 'flexible': {
      const { voters, election, replication } = quorums
      return `${votersText(voters)}, of which any ${election} elect and any ${replication} decide`
    }
    case 'weighted':
      return `the voters ${weightsText(quorums.weights)}, of which more than half of the weight decides`
    case 'hierarchical':
      return `voters in groups: ${quorums.groups.map(weightsText).join('; ')}`
    case 'grid':
      return `voters in a grid, of which a row elects and a column decides: ${quorums.rows
        .map((row) => andList(row.map(String)))
        .join('; ')}`
    case 'joint':
      return `both ${quorumsText(quorums.old)} (old) and ${quorumsText(quorums.next)} (new)`
  }
}

function votersText(voters: readonly number[]): string {
  return voters.length === 1 ? `voter ${voters[0]} alone` : `the voters ${andList(voters.map(String))}`
}

/** A weight of 1 goes without saying. */
function weightsText(weights: readonly VoterWeight[]): string {
  return andList(weights.map(({ node, weight }) => `${node}${weight === 1 ? '' : ` (weight ${weight})`}`))
}

/** What a membership is short of its plain words, for a table: `1 2 3`, `1 2 3 4 with 3 to elect, 2 to decide`. */
function shortText({ quorums, witnesses = [], observers }: Configuration): string {
  const others = [
    ...(witnesses.length === 0
      ? []
      : [`, ${witnesses.length === 1 ? 'witness' : 'witnesses'} ${witnesses.join(' ')}`]),
    ...(observers.length === 0
      ? []
      : [`, ${observers.length === 1 ? 'observer' : 'observers'} ${observers.join(' ')}`]),
  ]
  return `${shortQuorums(quorums)}${others.join('')}`
}

function shortQuorums(quorums: QuorumSystem): string {
  const all = votersIn(quorums).join(' ')
  switch (quorums.type) {
    case 'majority':
      return all
    case 'flexible':
      return `${all} with ${quorums.election} to elect, ${quorums.replication} to decide`
    case 'joint':
      return `both ${shortQuorums(quorums.old)} and ${shortQuorums(quorums.next)}`
    case 'weighted':
      return `${all} with weights`
    case 'hierarchical':
      return `${all} in groups`
    case 'grid':
      return `${all} in a grid`
  }
}

/** Of a membership in the words of the language, with what comes later in it. */
export interface ToldMembers {
  readonly words: string
  /** Without what is in force until the newest list is. */
  readonly short: string
  /** The voters and others of the newest list. */
  readonly nodes: string
}

/** Reads a membership as events and entries have it: `voters 1 2 3, from 9 on voters 1 2 4`. */
export function toldMembers(text: string): ToldMembers {
  const [now = '', ...later] = text.split(/, from (?=\d+ on )/)
  const [first = '', observers] = now.split(', then observers ')
  const told = [first, ...later.map((part) => part.replace(/^\d+ on /, ''))].map(configurationIn)
  const newest = told.at(-1)
  if (newest === undefined || told.includes(undefined)) return { words: text, short: text, nodes: text }
  const then = observers === undefined ? '' : `, and ${thenText(observers)} once it is left`
  const words = told.map((members, i) => {
    const from = /^\d+/.exec(later[i - 1] ?? '')?.[0]
    return `${from === undefined ? '' : `, and from index ${from} on `}${membersText(members!)}${i === 0 ? then : ''}`
  })
  return { words: words.join(''), short: shortText(newest), nodes: nodesOf(newest) }
}

function thenText(observers: string): string {
  return observers === 'nobody'
    ? 'no observer'
    : asText(observers.split(' ').map(Number), 'observer', 'observers')
}

/** What nobody can read stays as it is. */
function configurationIn(text: string): Configuration | undefined {
  try {
    const nodes = Math.max(1, ...(text.match(/\d+/g) ?? []).map(Number))
    const act = parseScenario(`replicas ${nodes}\nreconfigure 1 ${text}`).statements[0]?.act
    return act?.verb === 'reconfigure' ? act.membership : undefined
  } catch (error) {
    if (error instanceof QuorateError) return undefined
    throw error
  }
}

/** The nodes of a membership, whatever their quorums: equal for two that differ in these alone. */
export function nodesOf({ quorums, witnesses = [], observers }: Configuration): string {
  return JSON.stringify([votersIn(quorums), witnesses, observers])
}
