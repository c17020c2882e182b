import { describe, expect, test } from 'vitest'
import { loadLab } from '../../src/lab/catalogue.ts'
import { mutate } from '../../src/lab/mutate.ts'
import { graded, lostIn } from './support/graded.ts'

const lab = await loadLab('paxos')

async function failureOf(name: string, part: 'basics' | 'seeds' | 'explore'): Promise<readonly string[]> {
  const mutant = lab.mutants.find((it) => it.name === name)!
  const handedIn = { module: mutate(lab, mutant), tests: lab.solution['tests.js']! }
  const [result] = await graded(lab, handedIn, [part])
  const { failure } = result!
  return [`${failure!.name}: ${failure!.message}`, ...failure!.lines]
}

describe('a failure', () => {
  test('of an acknowledgement before the write is told step by step', async () => {
    expect(await failureOf('accepted-before-durable', 'explore')).toEqual([
      'durability: acceptor 3 has accepted "A" in 1.1, and then its promise 1.1 reports nothing: it forgot in a crash',
      'proposer 1 is asked for "A", writes its disk, sends prepare 1.1 to acceptors 1, 2, 3',
      'acceptor 1 receives prepare 1.1 of proposer 1, writes its disk, sends promise 1.1 (nothing accepted)',
      'acceptor 2 receives prepare 1.1 of proposer 1, writes its disk, sends promise 1.1 (nothing accepted)',
      'proposer 1 receives promise 1.1 (nothing accepted) of acceptor 1, and takes note of it',
      'proposer 1 receives promise 1.1 (nothing accepted) of acceptor 2, sends accept 1.1 "A" to acceptors 1, 2, 3',
      'acceptor 3 receives accept 1.1 "A" of proposer 1, sends accepted 1.1 "A", and crashes before its disk has it; it restarts',
      'acceptor 3 receives prepare 1.1 of proposer 1, writes its disk, sends promise 1.1 (nothing accepted)',
    ])
  })

  test('of a promise that is not on the disk is as short as a search makes it', async () => {
    const [what, ...steps] = await failureOf('promise-not-persisted', 'explore')
    expect(what).toMatch(/^durability: acceptor 1 accepts "A" in 1.1 after it promised 1.2: it forgot/)
    expect(steps).toHaveLength(9)
  })

  test('of random runs is made small: no step of it can be left out', async () => {
    const mutant = lab.mutants.find(({ name }) => name === 'majority-minus-one')!
    const [result] = await graded(lab, { module: mutate(lab, mutant), tests: '' }, ['seeds'])
    expect(result!.failure!.name).toBe('integrity')
    expect(result!.failure!.lines).toHaveLength(3)
  })
})

/** What no mutant of the lab does: changes of the solution, and the invariant that each must lose. */
const strange: readonly (readonly [what: string, from: string, to: string, lost: string, says: RegExp])[] = [
  [
    'proposes what nobody asked for',
    'highest === null ? wish : highest.value',
    "highest === null ? 'Z' : highest.value",
    'validity',
    /proposes "Z", which nobody asked for/,
  ],
  [
    "uses another proposer's ballots",
    'const ballot = { round, proposer: id }',
    'const ballot = { round, proposer: 3 - id }',
    'unique-ballots',
    /which is not its own/,
  ],
  [
    'decides with the first acceptance',
    'if (by.length < majority(acceptors)) return',
    'if (by.length < 1) return',
    'integrity',
    /decides "\w+", which no majority has told it to have accepted/,
  ],
  [
    'acknowledges another value',
    "send(from, { type: 'accepted', ballot, value })",
    "send(from, { type: 'accepted', ballot, value: 'Z' })",
    'integrity',
    /says that it accepted "Z" in .*, which it was not asked to/,
  ],
  [
    'promises another ballot',
    "send(from, { type: 'promise', ballot, accepted })",
    "send(from, { type: 'promise', ballot: { ...ballot, round: ballot.round + 1 }, accepted })",
    'honest-report',
    /promises \d+\.\d unasked/,
  ],
  [
    'sends each acceptor another value',
    "acceptors.map((to) => send(to, { type: 'accept', ballot, value }))",
    "acceptors.map((to) => send(to, { type: 'accept', ballot, value: value + to }))",
    'unique-ballots',
    /in which it has proposed/,
  ],
  [
    'sends a message that there is not',
    "{ type: 'promise', ballot, accepted }",
    "{ type: 'promised', ballot, accepted }",
    'handlers',
    /message\.type is "promised"; the type is one of promise, accepted, refused/,
  ],
]

describe('code that', () => {
  test.each(strange)('%s loses the right invariant', async (_, from, to, lost, says) => {
    const solution = lab.solution['paxos.js']!
    expect(solution.split(from)).toHaveLength(2)
    const results = await graded(lab, { module: solution.replace(from, to), tests: '' }, ['seeds'])
    expect(lostIn(results)).toContain(lost)
    expect(results[0]!.items.find(({ name }) => name === lost)!.problem).toMatch(says)
  })
})
