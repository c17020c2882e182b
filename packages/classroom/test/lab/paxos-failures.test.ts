import { describe, expect, test } from 'vitest'
import { loadLab } from '../../src/lab/catalogue.ts'
import { mutate } from '../../src/lab/mutate.ts'
import { graded } from './support/graded.ts'

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
