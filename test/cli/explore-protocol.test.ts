import { describe, expect, it } from 'vitest'
import { runQuorate } from './run-quorate.ts'

const small = ['explore', '--protocol', 'paxos', '--proposers', '2', '--acceptors', '3']

describe('quorate explore --protocol', () => {
  it('looks at all of Paxos with 2 proposers and 3 acceptors, and exits with 0', async () => {
    const { code, stdout, stderr } = await runQuorate(...small)
    expect(stderr).toBe('')
    expect(stdout).toContain('paxos: holds in the whole scope')
    expect(stdout).toContain('7,337 distinct')
    expect(code).toBe(0)
  })

  it('prints the shortest way to see a broken rule, and exits with 1', async () => {
    const { code, stdout } = await runQuorate(...small, '--unsafe', 'majorityMinusOne')
    expect(stdout).toContain('paxos: violated in 8 steps: one value is chosen: A and B are chosen')
    expect(stdout).toContain('   8  acceptor 2 receives accept 1.1 A, sends accepted 1.1 A: A is chosen\n')
    expect(code).toBe(1)
  })

  it('says that it is unknown when the budget ends the search, and exits with 2', async () => {
    const { code, stdout } = await runQuorate(...small, '--states', '100')
    expect(stdout).toContain('paxos: unknown: the budget of states ended the search')
    expect(code).toBe(2)
  })

  it.each([
    [['--protocol', 'paxos?'], 'unknown protocol "paxos?"; there is: paxos, fast-paxos, caspaxos'],
    [['--protocol', 'paxos', '--replicas', '3'], '--replicas goes with an engine, not with --protocol'],
    [['--acceptors', '3'], '--acceptors goes with --protocol'],
    [['--protocol', 'caspaxos', '--unsafe', 'voteTwice'], 'caspaxos has no rule "voteTwice"'],
    [['--protocol', 'paxos', '--quorums', 'two'], '"two" are no sizes of quorums'],
    [['--protocol', 'paxos', '--quorums', '2,1'], 'paxos: '],
  ])('refuses what makes no sense: %j', async (words, message) => {
    const { code, stderr } = await runQuorate('explore', ...words)
    expect(stderr).toContain(message)
    expect(code).toBe(64)
  })
})
