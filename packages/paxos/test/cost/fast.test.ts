import type { NodeId } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import * as fast from '../../src/fast/index.ts'
import { CountedNetwork } from './counted-network.ts'

/** The coordinator, which is the learner too, and two clients: none of them an acceptor. */
const coordinator = 100
const clients: readonly NodeId[] = [101, 102]

/** Fast Paxos among `n` acceptors, in a fast round that is open. */
class FastRound {
  readonly network = new CountedNetwork<fast.Message>()
  /** When the coordinator knew what is chosen, in delays since the clients proposed. */
  learnedAt: number | undefined
  private readonly ids: readonly NodeId[]
  private readonly rules: fast.FastPaxosRules
  private readonly acceptors: Map<NodeId, fast.AcceptorState>
  private state = fast.startCoordinator(coordinator)
  private learner = fast.startLearner()

  constructor(n: number) {
    this.ids = Array.from({ length: n }, (_, i) => i + 1)
    const sizes = fast.usualSizes(n)
    this.rules = fast.fastPaxosRules({ acceptors: this.ids, coordinators: [coordinator], ...sizes })
    this.acceptors = new Map(this.ids.map((id) => [id, fast.startAcceptor(id)]))
    this.coordinate(fast.beginRound(this.rules, this.state, 'any'))
    this.run()
    this.network.restart()
  }

  /** Client `i` proposes to acceptors from `first` to `last`; default: to all. */
  propose(i: number, first = 1, last: number = this.ids.length): void {
    const value = `x${i}`
    for (const to of this.ids.slice(first - 1, last))
      this.network.send(clients[i]!, to, { type: 'propose', value })
  }

  run(): void {
    this.network.run((to, message) => this.deliver(to, message))
  }

  private deliver(to: NodeId, message: fast.Message): void {
    const { rules, state } = this
    if (message.type === 'promise') this.coordinate(fast.receivePromise(rules, state, message))
    else if (message.type === 'voted') this.hear(message)
    else this.answer(to, this.turnOf(this.acceptors.get(to)!, message))
  }

  private turnOf(
    state: fast.AcceptorState,
    message: Exclude<fast.Message, fast.Promised | fast.Voted>,
  ): fast.AcceptorTurn {
    const { rules } = this
    if (message.type === 'prepare') return fast.receivePrepare(rules, state, message)
    if (message.type === 'any') return fast.receiveAny(rules, state, message)
    if (message.type === 'accept') return fast.receiveAccept(rules, state, message)
    return fast.receivePropose(rules, state, message)
  }

  private hear(message: fast.Voted): void {
    this.learner = fast.learnVote(this.learner, message)
    if (fast.chosenVotes(this.rules, this.learner).length > 0) this.learnedAt ??= this.network.now
    this.coordinate(fast.receiveVoted(this.rules, this.state, message))
  }

  private answer(id: NodeId, { state, persist, send }: fast.AcceptorTurn): void {
    this.acceptors.set(id, state)
    this.network.persist('acceptors', persist)
    for (const message of send) this.network.send(id, coordinator, message)
  }

  private coordinate({ state, persist, send }: fast.CoordinatorTurn): void {
    this.state = state
    this.network.persist('coordinator', persist)
    for (const message of send) for (const to of this.ids) this.network.send(coordinator, to, message)
  }
}

describe.each([3, 5, 7])('a decision of Fast Paxos among %i acceptors', (n) => {
  it('costs n + n messages, n fsyncs, and two delays from the client to the learner', () => {
    const round = new FastRound(n)
    round.propose(0)
    round.run()
    expect(round.network.messages).toEqual({ propose: n, voted: n })
    expect(round.network.fsyncs).toEqual({ acceptors: n })
    expect(round.learnedAt).toBe(2)
  })

  it('costs two delays, n + n messages and n fsyncs more after a collision, and what the other client sends', () => {
    const round = new FastRound(n)
    const half = n >> 1
    // Each acceptor votes for what reaches it first: half of them for the first client's value.
    round.propose(0, 1, half)
    round.propose(1)
    round.propose(0, half + 1)
    round.run()
    expect(round.learnedAt).toBe(4)
    expect(round.network.messages).toEqual({ propose: 2 * n, voted: 2 * n, accept: n })
    expect(round.network.fsyncs).toEqual({ acceptors: 2 * n, coordinator: 1 })
  })
})
