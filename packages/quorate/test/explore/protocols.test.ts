import { describe, expect, it } from 'vitest'
import type { ProtocolCommandOptions } from '../../src/explore/protocols/protocol-options.ts'
import { protocolNamed, protocolNames } from '../../src/explore/protocols/protocols.ts'
import { type ProtocolOutcome, runProtocol } from '../../src/explore/protocols/run-protocol.ts'
import { Lines } from './lines.ts'

function explore(
  protocol: string,
  options: Partial<ProtocolCommandOptions> = {},
): ProtocolOutcome & { readonly lines: readonly string[] } {
  const output = new Lines()
  const asked = { protocol, order: 'bfs', states: 500_000, symmetry: false, ...options } as const
  return { ...runProtocol(asked, output), lines: output.all }
}

describe('within its usual scope nothing is wrong with', () => {
  it.each([
    ['paxos', 7_337],
    ['fast-paxos', 100_562],
    ['caspaxos', 50_973],
  ])('%s, in all of %i states', (protocol, distinct) => {
    const { report, code, lines } = explore(protocol)
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct })
    expect(code).toBe(0)
    expect(lines[0]).toBe(`${protocol}: holds in the whole scope`)
  })

  it.each([
    ['paxos', 1_549, 19],
    ['fast-paxos', 5_986, 28],
    ['caspaxos', 9_754, 22],
  ])('%s, with acceptors that are interchangeable: %i states, as deep', (protocol, distinct, depth) => {
    const { report } = explore(protocol, { symmetry: true })
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted', distinct, depth })
  })
})

describe('larger scopes in which nothing is wrong', () => {
  it.each<[string, Partial<ProtocolCommandOptions>]>([
    ['paxos', { crashes: 0 }],
    ['paxos', { crashes: 3 }],
    ['paxos', { proposers: 3, crashes: 0 }],
    ['paxos', { acceptors: 4 }],
    ['paxos', { acceptors: 4, quorums: [3, 2] }],
    ['fast-paxos', { acceptors: 3, crashes: 1 }],
    ['fast-paxos', { acceptors: 4, quorums: [3, 3], proposers: 3, rounds: 1 }],
    ['fast-paxos', { acceptors: 3, rounds: 3 }],
  ])('%s with %j', (protocol, options) => {
    const { report } = explore(protocol, { symmetry: true, ...options })
    expect(report).toMatchObject({ verdict: 'holds', end: 'exhausted' })
  })
})

/** By protocol and rule: the steps of the shortest way to see that it is broken. */
const shortest: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  paxos: {
    majorityMinusOne: 8,
    promiseNotPersisted: 15,
    ignoreAccepted: 14,
    ballotReused: 13,
    oneBallot: 21,
    skipQuorumCheck: 12,
  },
  'fast-paxos': {
    skipQuorumCheck: 15,
    pickAnyVote: 21,
    ignoreVotes: 18,
    voteTwice: 14,
    promiseNotPersisted: 20,
    roundReused: 20,
  },
  caspaxos: {
    majorityMinusOne: 10,
    promiseNotPersisted: 19,
    ignoreAccepted: 18,
    ballotReused: 15,
    oneBallot: 25,
    skipQuorumCheck: 14,
    answerBeforeAccepted: 10,
  },
}

describe.each(Object.keys(shortest))('seeded bugs of %s', (protocol) => {
  it('are all rules that can be broken', () => {
    expect(Object.keys(shortest[protocol]!).toSorted()).toEqual(
      Object.keys(protocolNamed(protocol).rules).toSorted(),
    )
  })

  it.each(Object.entries(shortest[protocol]!))('%s: %i steps, and no fewer', (unsafe, steps) => {
    const { report, code, lines } = explore(protocol, { unsafe, symmetry: true })
    expect(code).toBe(1)
    expect(report.properties[0]!.path!.steps).toHaveLength(steps)
    expect(lines[0]).toMatch(new RegExp(`^${protocol}: violated in ${steps} steps: `))
    expect(lines.filter((line) => /^ {2,}\d+ {2}\S/.test(line))).toHaveLength(steps)
  })
})

it('every protocol has its seeded bugs', () => {
  expect(protocolNames.toSorted()).toEqual(Object.keys(shortest).toSorted())
})

describe('what is printed', () => {
  it('a counterexample is a list of steps, and says where values are chosen', () => {
    const { lines } = explore('paxos', { unsafe: 'majorityMinusOne' })
    expect(lines[0]).toBe('paxos: violated in 8 steps: one value is chosen: A and B are chosen')
    expect(lines.slice(lines.indexOf('') + 1)).toEqual([
      '   1  proposer 1 begins ballot 1.1 with A, sends prepare 1.1',
      '   2  proposer 2 begins ballot 1.2 with B, sends prepare 1.2',
      '   3  acceptor 1 receives prepare 1.1, sends promise 1.1 (nothing accepted)',
      '   4  proposer 1 receives promise 1.1 of acceptor 1 (nothing accepted), sends accept 1.1 A',
      '   5  acceptor 1 receives prepare 1.2, sends promise 1.2 (nothing accepted)',
      '   6  proposer 2 receives promise 1.2 of acceptor 1 (nothing accepted), sends accept 1.2 B',
      '   7  acceptor 1 receives accept 1.2 B, sends accepted 1.2 B: B is chosen',
      '   8  acceptor 2 receives accept 1.1 A, sends accepted 1.1 A: A is chosen',
    ])
  })

  it('the scope that was covered', () => {
    expect(explore('paxos').lines[1]).toBe(
      '  scope       2 proposers; 3 acceptors, majorities; round 1; 1 crash; messages late, lost, repeated, out of order',
    )
  })

  it('which rule was broken, and how', () => {
    expect(explore('caspaxos', { unsafe: 'answerBeforeAccepted' }).lines[2]).toBe(
      '  broken      answerBeforeAccepted: a client is answered before the new state has been accepted',
    )
  })

  it('a budget that ends the search leaves it unknown', () => {
    const { code, lines } = explore('paxos', { states: 100 })
    expect(code).toBe(2)
    expect(lines[0]).toMatch(
      /^paxos: unknown: the budget of states ended the search; nothing is wrong within \d steps/,
    )
  })

  it('a bound on the depth is a part of the scope', () => {
    const { code, lines } = explore('paxos', { depth: 5 })
    expect(code).toBe(0)
    expect(lines[0]).toMatch(/^paxos: nothing is wrong within 5 steps/)
  })

  it('depth-first finds a violation too', () => {
    const { code, report } = explore('paxos', { unsafe: 'ignoreAccepted', order: 'dfs' })
    expect(code).toBe(1)
    expect(report.properties[0]!.path!.steps.length).toBeGreaterThanOrEqual(
      shortest['paxos']!['ignoreAccepted']!,
    )
  })
})

describe('scopes that make no sense', () => {
  it.each<[string, string, Partial<ProtocolCommandOptions>]>([
    ['unknown protocol "raft"; there is: paxos, fast-paxos, caspaxos', 'raft', {}],
    [
      'paxos has no rule "ignoreVotes" to break; it has: majorityMinusOne, ',
      'paxos',
      { unsafe: 'ignoreVotes' },
    ],
    ['need not have one in common', 'fast-paxos', { acceptors: 5, quorums: [3, 3] }],
    [
      '1 acceptor cannot form quorums that do not meet',
      'fast-paxos',
      { acceptors: 1, unsafe: 'skipQuorumCheck' },
    ],
    ['1 acceptor cannot form quorums that do not meet', 'paxos', { acceptors: 1, unsafe: 'skipQuorumCheck' }],
    ['paxos: ', 'paxos', { quorums: [2, 1] }],
  ])('%s', (message, protocol, options) => {
    expect(() => explore(protocol, options)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error)
    expect(() => explore(protocol, options)).toThrow(message)
  })
})
