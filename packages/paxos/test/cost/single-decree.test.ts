import { type NodeId, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import * as paxos from '../../src/single-decree/index.ts'
import { CountedNetwork } from './counted-network.ts'

type Counts = Readonly<Record<string, number>>

interface Decision {
  readonly messages: Counts
  readonly fsyncs: Counts
  /** When each learner knew, message delays. */
  readonly learnedAt: ReadonlyMap<NodeId, number>
}

/** Lets replica 1 propose, where each of `n` is proposer and acceptor, and `learners` are told what is accepted. */
function decide(n: number, learners: readonly NodeId[]): Decision {
  const ids = Array.from({ length: n }, (_, i) => i + 1)
  const rules = paxos.paxosRules(majorityOf(ids).quorums)
  const network = new CountedNetwork<paxos.Message>()
  const acceptors = new Map(ids.map((id) => [id, paxos.startAcceptor(id)]))
  const knowledge = new Map(learners.map((id) => [id, paxos.startLearner()]))
  const learnedAt = new Map<NodeId, number>()
  let proposer = paxos.startProposer(1)

  const propose = (turn: paxos.ProposerTurn): void => {
    proposer = turn.state
    network.persist('proposer', turn.persist)
    for (const message of turn.send) for (const to of ids) network.send(1, to, message)
  }
  const accept = (id: NodeId, turn: paxos.AcceptorTurn): void => {
    acceptors.set(id, turn.state)
    network.persist('acceptors', turn.persist)
    for (const message of turn.send)
      for (const to of message.type === 'accepted' ? learners : [1]) network.send(id, to, message)
  }
  const learn = (id: NodeId, message: paxos.Accepted): void => {
    const state = paxos.receiveAccepted(knowledge.get(id)!, message)
    knowledge.set(id, state)
    if (paxos.learnedValue(rules, state) === 'x' && !learnedAt.has(id)) learnedAt.set(id, network.now)
  }
  propose(paxos.propose(rules, proposer, 'x'))
  network.run((to, message) => {
    if (message.type === 'prepare') accept(to, paxos.receivePrepare(rules, acceptors.get(to)!, message))
    else if (message.type === 'promise') propose(paxos.receivePromise(rules, proposer, message))
    else if (message.type === 'accept') accept(to, paxos.receiveAccept(rules, acceptors.get(to)!, message))
    else if (message.type === 'accepted') learn(to, message)
    else expect.unreachable('one proposer alone is never refused')
  })
  return { messages: network.messages, fsyncs: network.fsyncs, learnedAt }
}

describe.each([3, 5, 7])('a decision of single-decree Paxos among %i', (n) => {
  it('costs 4(n - 1) messages and four delays, with the proposer as distinguished learner', () => {
    const { messages, learnedAt } = decide(n, [1])
    const each = n - 1
    expect(messages).toEqual({ prepare: each, promise: each, accept: each, accepted: each })
    expect([...learnedAt]).toEqual([[1, 4]])
  })

  it('costs two fsyncs at each acceptor, and one for the ballot at the proposer', () => {
    expect(decide(n, [1]).fsyncs).toEqual({ proposer: 1, acceptors: 2 * n })
  })

  it('costs n(n - 1) messages in place of the last n - 1 where everybody learns at once, as early', () => {
    const ids = Array.from({ length: n }, (_, i) => i + 1)
    const { messages, learnedAt } = decide(n, ids)
    expect(messages).toEqual({ prepare: n - 1, promise: n - 1, accept: n - 1, accepted: n * (n - 1) })
    expect([...learnedAt.keys()].sort((a, b) => a - b)).toEqual(ids)
    expect(Math.max(...learnedAt.values())).toBe(4)
  })
})
