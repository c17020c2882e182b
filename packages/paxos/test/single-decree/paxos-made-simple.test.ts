import { QuorateError, type QuorumSystem } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import {
  type Accepted,
  type AcceptorTurn,
  type Ballot,
  type Promised,
  chosenProposals,
  learnedValue,
  paxosRules,
  propose,
  receiveAccept,
  receiveAccepted,
  receivePrepare,
  receivePromise,
  receiveRefused,
  startAcceptor,
  startLearner,
  startProposer,
} from '../../src/single-decree/index.ts'

const rules = paxosRules({ type: 'majority', voters: [1, 2, 3] })
const at = (round: number, proposer: number): Ballot => ({ round, proposer })
const prepare = (ballot: Ballot) => ({ type: 'prepare', ballot }) as const
const accept = (ballot: Ballot, value: string) => ({ type: 'accept', ballot, value }) as const
const promise = (from: number, ballot: Ballot, accepted?: Promised['accepted']): Promised => {
  return { type: 'promise', from, ballot, accepted }
}
const accepted = (from: number, ballot: Ballot, value: string): Accepted => {
  return { type: 'accepted', from, ballot, value }
}

describe('an acceptor', () => {
  it('promises, 1 (b), and tells what it had accepted', () => {
    const first = receivePrepare(rules, startAcceptor(1), prepare(at(1, 1)))
    expect(first.send).toEqual([promise(1, at(1, 1))])
    const second = receiveAccept(rules, first.state, accept(at(1, 1), 'A'))
    const third = receivePrepare(rules, second.state, prepare(at(1, 2)))
    expect(third.send).toEqual([promise(1, at(1, 2), { ballot: at(1, 1), value: 'A' })])
  })

  it('accepts, 2 (b), what it has promised nothing against, whether it was asked to prepare or not', () => {
    const { state, send } = receiveAccept(rules, startAcceptor(1), accept(at(1, 1), 'A'))
    expect(send).toEqual([accepted(1, at(1, 1), 'A')])
    expect(receiveAccept(rules, state, accept(at(1, 1), 'A')).send).toEqual(send)
    expect(receivePrepare(rules, state, prepare(at(1, 1))).send).toEqual([])
  })

  it('refuses what it has promised not to take part in, and says why', () => {
    const { state } = receivePrepare(rules, startAcceptor(1), prepare(at(2, 1)))
    const refused = [{ type: 'refused', from: 1, ballot: at(1, 2), promised: at(2, 1) }]
    expect(receivePrepare(rules, state, prepare(at(1, 2)))).toEqual({
      state,
      persist: undefined,
      send: refused,
    })
    expect(receiveAccept(rules, state, accept(at(1, 2), 'B'))).toEqual({
      state,
      persist: undefined,
      send: refused,
    })
  })

  it('has what it answers on its disk before the answer leaves, and starts again from there', () => {
    const turns: AcceptorTurn[] = []
    let acceptor = startAcceptor(1)
    for (const request of [
      prepare(at(1, 1)),
      accept(at(1, 1), 'A'),
      prepare(at(2, 2)),
      accept(at(2, 2), 'B'),
    ]) {
      const turn =
        request.type === 'prepare'
          ? receivePrepare(rules, acceptor, request)
          : receiveAccept(rules, acceptor, request)
      turns.push(turn)
      acceptor = turn.state
    }
    for (const { state, persist, send } of turns) {
      expect(send).toHaveLength(1)
      expect(startAcceptor(1, persist)).toEqual(state)
    }
  })
})

it('an acceptor that keeps one ballot for two jobs says of an old value that it is a new one', () => {
  const broken = paxosRules(rules.quorums, { oneBallot: true })
  for (const [chosen, ballot] of [
    [rules, at(1, 1)],
    [broken, at(1, 2)],
  ] as const) {
    const { state } = receiveAccept(chosen, startAcceptor(1), accept(at(1, 1), 'A'))
    const late = receivePrepare(chosen, state, prepare(at(1, 2)))
    expect(late.send).toEqual([promise(1, at(1, 2), { ballot: at(1, 1), value: 'A' })])
    const next = receivePrepare(chosen, startAcceptor(1, late.persist), prepare(at(1, 3)))
    expect(next.send).toEqual([promise(1, at(1, 3), { ballot, value: 'A' })])
  }
})

describe('a proposer', () => {
  it('proposes its own value if a quorum reports none, 2 (a)', () => {
    const { state } = propose(rules, startProposer(1), 'A')
    const one = receivePromise(rules, state, promise(1, at(1, 1)))
    expect(one.send).toEqual([])
    const two = receivePromise(rules, one.state, promise(2, at(1, 1)))
    expect(two.send).toEqual([accept(at(1, 1), 'A')])
  })

  it('proposes the value of the highest-numbered proposal that is reported, P2c', () => {
    const { state } = propose(rules, startProposer(1), 'A', 3)
    const one = receivePromise(rules, state, promise(2, at(3, 1), { ballot: at(2, 2), value: 'C' }))
    const two = receivePromise(rules, one.state, promise(1, at(3, 1), { ballot: at(1, 2), value: 'B' }))
    expect(two.send).toEqual([accept(at(3, 1), 'C')])
  })

  it('counts an acceptor once, and only answers to its present ballot', () => {
    const { state } = propose(rules, startProposer(1), 'A', 2)
    const one = receivePromise(rules, state, promise(1, at(2, 1)))
    expect(receivePromise(rules, one.state, promise(1, at(2, 1))).send).toEqual([])
    expect(receivePromise(rules, one.state, promise(2, at(1, 1))).state).toEqual(one.state)
    const two = receivePromise(rules, one.state, promise(2, at(2, 1)))
    expect(receivePromise(rules, two.state, promise(3, at(2, 1))).send).toEqual([])
  })

  it('gives a proposal up that stands no chance, and gets past what stood in the way', () => {
    const { state } = propose(rules, startProposer(1), 'A')
    const refused = { type: 'refused', from: 1, ballot: at(1, 1), promised: at(4, 2) } as const
    const given = receiveRefused(state, refused)
    expect(given.state.attempt).toBeUndefined()
    expect(propose(rules, given.state, 'A').send).toEqual([prepare(at(5, 1))])
    expect(receiveRefused(given.state, refused).state).toEqual(given.state)
  })

  it('never uses a number again, whatever it forgets in a crash, §2.5', () => {
    const used = new Set<string>()
    let proposer = startProposer(1)
    for (let i = 0; i < 10; i++) {
      const turn = propose(rules, proposer, 'A', i === 4 ? 20 : 1)
      expect(used).not.toContain(JSON.stringify(turn.send))
      used.add(JSON.stringify(turn.send))
      proposer = i % 2 === 0 ? startProposer(1, turn.persist) : turn.state
    }
  })
})

describe('a learner', () => {
  it('learns what a quorum has accepted as one proposal, §2.3', () => {
    const one = receiveAccepted(startLearner(), accepted(1, at(1, 1), 'A'))
    expect(learnedValue(rules, one)).toBeUndefined()
    expect(learnedValue(rules, receiveAccepted(one, accepted(1, at(1, 1), 'A')))).toBeUndefined()
    const two = receiveAccepted(one, accepted(3, at(1, 1), 'A'))
    expect(chosenProposals(rules, two)).toEqual([{ ballot: at(1, 1), value: 'A' }])
    expect(learnedValue(rules, two)).toBe('A')
  })

  it('does not add up acceptances of one value under different numbers: B may still be chosen here', () => {
    // Acceptor 3 has B of 1.2; a quorum of 1 and 3 has to propose that, whatever 2 accepted in 2.1.
    const votes = [accepted(1, at(1, 1), 'A'), accepted(3, at(1, 2), 'B'), accepted(2, at(2, 1), 'A')]
    expect(learnedValue(rules, votes.reduce(receiveAccepted, startLearner()))).toBeUndefined()
    const { state } = propose(rules, startProposer(2), 'C', 2)
    const one = receivePromise(rules, state, promise(1, at(2, 2), { ballot: at(1, 1), value: 'A' }))
    const two = receivePromise(rules, one.state, promise(3, at(2, 2), { ballot: at(1, 2), value: 'B' }))
    expect(two.send).toEqual([accept(at(2, 2), 'B')])
  })
})

it('two proposers can keep each other from succeeding for ever, one alone succeeds, §2.4', () => {
  let acceptors = [1, 2, 3].map((id) => startAcceptor(id))
  let proposers = [1, 2].map((id) => startProposer(id))
  const ask = (i: number): boolean => {
    const atLeast = 1 + Math.max(...proposers.map(({ round }) => round))
    const begun = propose(rules, proposers[i]!, 'AB'[i]!, atLeast)
    let { state } = begun
    for (const acceptor of acceptors) {
      const turn = receivePrepare(rules, acceptor, begun.send[0] as ReturnType<typeof prepare>)
      acceptors = acceptors.with(acceptor.id - 1, turn.state)
      state = receivePromise(rules, state, turn.send[0] as Promised).state
    }
    proposers = proposers.with(i, state)
    return state.attempt?.phase === 2
  }
  const isAccepted = (i: number): boolean => {
    const { attempt } = proposers[i]!
    if (attempt?.phase !== 2) return false
    const turns = acceptors.map((acceptor) => receiveAccept(rules, acceptor, { ...attempt, type: 'accept' }))
    acceptors = turns.map(({ state }) => state)
    return turns.every(({ send }) => send[0]?.type === 'accepted')
  }
  expect(ask(0)).toBe(true)
  for (let turn = 0; turn < 10; turn++) {
    // The other one prepares just before this one's accept requests arrive.
    expect(ask(1 - (turn % 2))).toBe(true)
    expect(isAccepted(turn % 2)).toBe(false)
  }
  expect(isAccepted(0)).toBe(true)
})

describe('quorums', () => {
  const flexible = (election: number, replication: number): QuorumSystem => {
    return { type: 'flexible', voters: [1, 2, 3, 4], election, replication }
  }

  it('have to meet, a promise’s an acceptance’s; two of promises need not', () => {
    expect(paxosRules(flexible(3, 2)).quorums.type).toBe('flexible')
    expect(paxosRules(flexible(1, 4)).quorums.type).toBe('flexible')
    expect(() => paxosRules(flexible(2, 2))).toThrow(QuorateError)
    expect(paxosRules(flexible(2, 2), { skipQuorumCheck: true }).quorums).toEqual(flexible(2, 2))
  })
})
