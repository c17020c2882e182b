import {
  type Configuration,
  type Membership,
  type NodeId,
  flexibleOf,
  gridOf,
  hierarchicalOf,
  majorityOf,
  membershipOf,
  votersOf,
  weightedOf,
  withWitnesses,
} from '@quorate/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Act, type Condition, moveText, parseScenario } from '../src/index.ts'

function act(line: string): Act {
  return parseScenario(`replicas 3\nobservers 2\nspares 4\n${line}\n`).statements[0]!.act
}

function membershipIn(text: string): Configuration {
  const parsed = act(`reconfigure 2 ${text}`)
  if (parsed.verb !== 'reconfigure') throw new Error('not a change')
  return parsed.membership
}

describe('a membership in a script', () => {
  it.each<[string, Membership]>([
    ['voters 1 2 4', majorityOf([1, 2, 4])],
    ['voters 4,2, 1', majorityOf([1, 2, 4])],
    ['voters 1 observers 5 3', majorityOf([1], [3, 5])],
    [
      'voters 3 1 2 flexible election=2 replication=2 observers 9',
      flexibleOf([1, 2, 3], { election: 2, replication: 2 }, [9]),
    ],
    ['voters 1 2 3 witnesses 2 observers 5', withWitnesses(majorityOf([1, 2, 3], [5]), [2])],
    ['weights 2=3 1 3=0', weightedOf([1, { node: 2, weight: 3 }, { node: 3, weight: 0 }])],
    [
      'groups 1 2=2 | 4 3 observers 5',
      hierarchicalOf(
        [
          [1, { node: 2, weight: 2 }],
          [3, 4],
        ],
        [5],
      ),
    ],
    [
      'grid 1 4 | 3 2',
      gridOf([
        [1, 4],
        [3, 2],
      ]),
    ],
    [
      'joint voters 1 2 then weights 2=2 3=1',
      {
        quorums: {
          type: 'joint',
          old: majorityOf([1, 2]).quorums,
          next: weightedOf([{ node: 2, weight: 2 }, 3]).quorums,
        },
        observers: [],
      },
    ],
  ])('%s', (text, membership) => {
    expect(membershipIn(text)).toEqual(membership)
  })

  it('may have quorums that do not meet: to refuse them is the engine’s affair', () => {
    const { quorums } = membershipIn('voters 1 2 3 flexible election=1 replication=9')
    expect(quorums).toEqual({ type: 'flexible', voters: [1, 2, 3], election: 1, replication: 9 })
  })

  it.each([
    ['', 'kind of membership (voters, weights, groups, grid, joint)'],
    ['voter 1', 'did you mean "voters"?'],
    ['voters', "a node's number is expected"],
    ['voters 1 10', 'there is no node 10; the nodes are 1 to 9'],
    ['voters 1 2 1', 'node 1 is named twice'],
    ['weights 1=2 1=3', 'node 1 is named twice'],
    ['groups 1 2 | 2 3', 'node 2 is named twice'],
    ['grid 1 2 | 2 3', 'node 2 is named twice'],
    ['voters 1 2 observers 2', 'replica 2 cannot be a voter and an observer'],
    ['voters 1 2 witnesses 3', 'witness 3 is no voter'],
    ['voters 1 2 observers 3 3', 'node 3 is named twice'],
    ['voters 1 2 flexible election=2', '"replication" is expected'],
    ['voters 1 2 flexible election=x replication=1', 'the size of a quorum is expected'],
    ['weights 1=x', 'a weight is expected'],
    ['joint voters 1 2', '"then" is expected'],
    ['voters 1 2 spares 3', 'nothing more is expected'],
  ])('%s is a mistake', (text, problem) => {
    expect(() => membershipIn(text)).toThrow(problem)
  })

  it('may be joint, and be so in another one, as deep as a binary form may be', () => {
    const deep = (depth: number): string =>
      depth === 0 ? 'voters 1' : `joint ${deep(depth - 1)} then voters 2`
    expect(membershipIn(deep(8)).quorums).toMatchObject({ type: 'joint', old: { type: 'joint' } })
    expect(() => membershipIn(deep(9))).toThrow('at most 8 deep in each other')
    expect(() => membershipIn('joint '.repeat(90_000))).toThrow('at most 8 deep in each other')
  })
})

const node = fc.integer({ min: 1, max: 9 })
const nodes = fc.uniqueArray(node, { minLength: 1 }).map((all) => all.toSorted((a, b) => a - b))
const weight = fc.nat({ max: 2 ** 32 - 1 })
const simple: fc.Arbitrary<Configuration['quorums']> = fc.oneof(
  nodes.map((voters) => ({ type: 'majority' as const, voters })),
  fc.record({
    type: fc.constant('flexible' as const),
    voters: nodes,
    election: fc.nat(),
    replication: fc.nat(),
  }),
  fc
    .tuple(nodes, fc.func(weight))
    .map(([voters, of]) => ({ type: 'weighted' as const, weights: weigh(voters, of) })),
  fc.tuple(nodes, fc.nat({ max: 8 }), fc.func(weight)).map(([voters, at, of]) => ({
    type: 'hierarchical' as const,
    groups: parted(voters, at).map((group) => weigh(group, of)),
  })),
  fc
    .tuple(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 1 }), fc.nat({ max: 8 }))
    .map(([all, at]) => ({ type: 'grid' as const, rows: parted(all, at) })),
)
const system = fc.oneof(
  simple,
  fc.tuple(simple, simple).map(([old, next]) => ({ type: 'joint' as const, old, next })),
)

function weigh(voters: readonly NodeId[], of: (voter: NodeId) => number): { node: NodeId; weight: number }[] {
  return voters.map((voter) => ({ node: voter, weight: of(voter) }))
}

function parted(all: readonly NodeId[], at: number): NodeId[][] {
  return [all.slice(0, at), all.slice(at)].filter((part) => part.length > 0)
}

it('a change of membership as text is the same change again', () => {
  fc.assert(
    fc.property(system, node, fc.boolean(), (quorums, at, hasWitness) => {
      const voters = votersOf({ quorums, observers: [] })
      const observers = [1, 2, 3, 4, 5, 6, 7, 8, 9].filter((id) => !voters.includes(id))
      const witnesses = hasWitness && voters.length > 1 ? [voters[0]!] : []
      for (const membership of [membershipOf(quorums, []), membershipOf(quorums, observers, witnesses)]) {
        expect(act(moveText({ type: 'reconfigure', node: at, membership }))).toEqual({
          verb: 'reconfigure',
          node: at,
          membership,
          as: undefined,
        })
      }
    }),
    { numRuns: 300 },
  )
})

describe('a condition on members', () => {
  it.each<[string, Condition]>([
    ['members 4 voters 1 2 observers 3', { what: 'members', node: 4, membership: majorityOf([1, 2], [3]) }],
    ['changing 4', { what: 'changing', node: 4 }],
    ['answer c1 done', { what: 'answer', request: 'c1', answer: { status: 'done' } }],
  ])('%s', (text, condition) => {
    expect(act(`expect not ${text}`)).toEqual({ verb: 'expect', isNegated: true, condition })
    expect(act(`run 1s until ${text}`)).toEqual({ verb: 'run', milliseconds: 1_000, until: condition })
  })

  it('a change may have a name', () => {
    expect(act('reconfigure 1 weights 1=2 2 as "grow it"')).toMatchObject({ node: 1, as: 'grow it' })
  })
})
