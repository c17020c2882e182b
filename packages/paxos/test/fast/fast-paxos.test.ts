import { describe, expect, it } from 'vitest'
import {
  type AcceptorState,
  type Answer,
  type Message,
  type Pick,
  type Vote,
  beginRound,
  chosenVotes,
  coordinatorOf,
  fastPaxosRules,
  isFast,
  learnVote,
  ownRoundAbove,
  pickValue,
  quorumSize,
  receiveAccept,
  receiveAny,
  receivePrepare,
  receivePromise,
  receivePropose,
  receiveVoted,
  sizesProblem,
  startAcceptor,
  startCoordinator,
  startLearner,
  usualSizes,
} from '../../src/fast/index.ts'

const rules = fastPaxosRules({ acceptors: [1, 2, 3, 4], coordinators: [9], ...usualSizes(4) })

/** Four acceptors and a coordinator, moved by hand. */
class Group {
  acceptors: AcceptorState[] = rules.acceptors.map((id) => startAcceptor(id))
  coordinator = startCoordinator(9)
  learner = startLearner()

  /** Gives a message to some acceptors; gives what they answer. */
  tell(message: Message, to: readonly number[] = rules.acceptors): readonly Message[] {
    return to.flatMap((id) => {
      const acceptor = this.acceptors[id - 1]!
      const { state, persist, send } =
        message.type === 'prepare'
          ? receivePrepare(rules, acceptor, message)
          : message.type === 'any'
            ? receiveAny(rules, acceptor, message)
            : message.type === 'accept'
              ? receiveAccept(rules, acceptor, message)
              : receivePropose(rules, acceptor, message as Extract<Message, { type: 'propose' }>)
      if (send.length > 0) expect(startAcceptor(id, persist)).toEqual({ ...state, isOpen: false })
      this.acceptors[id - 1] = state
      for (const vote of send) if (vote.type === 'voted') this.learner = learnVote(this.learner, vote)
      return send
    })
  }

  /** Gives answers to the coordinator; gives what it sends. */
  hear(answers: readonly Message[]): readonly Message[] {
    return answers.flatMap((answer) => {
      const turn =
        answer.type === 'promise'
          ? receivePromise(rules, this.coordinator, answer)
          : receiveVoted(rules, this.coordinator, answer as Extract<Message, { type: 'voted' }>)
      this.coordinator = turn.state
      return turn.send
    })
  }

  /** Phase 1 of a round, and what the coordinator then says. */
  begin(wish: string, atLeast: number): readonly Message[] {
    const { state, persist, send } = beginRound(rules, this.coordinator, wish, atLeast)
    expect(startCoordinator(9, persist).round).toBe(state.round)
    this.coordinator = state
    return this.hear(this.tell(send[0]!))
  }

  chosen(): readonly Vote[] {
    return chosenVotes(rules, this.learner)
  }
}

const proposal = (value: string): Message => ({ type: 'propose', value })

describe('rounds', () => {
  it('come in pairs of one coordinator, a fast one and the classic one that follows', () => {
    expect([1, 2, 3, 4, 5].map((round) => coordinatorOf([7, 8], round))).toEqual([7, 7, 8, 8, 7])
    expect([1, 2, 3, 4].map(isFast)).toEqual([true, false, true, false])
    expect(ownRoundAbove([7, 8], 7, 2)).toBe(5)
    expect(ownRoundAbove([7, 8], 8, 3)).toBe(4)
  })
})

describe('a fast round', () => {
  it('chooses the one value proposed in two steps, without the coordinator', () => {
    const group = new Group()
    expect(group.begin('W', 1)).toEqual([{ type: 'any', round: 1 }])
    group.tell({ type: 'any', round: 1 })
    group.tell(proposal('A'), [1, 2, 3])
    expect(group.chosen()).toEqual([{ round: 1, value: 'A' }])
  })

  it('has one vote of each acceptor, for what arrives first', () => {
    const group = new Group()
    group.begin('W', 1)
    expect(group.tell(proposal('A'), [1])).toEqual([])
    group.tell({ type: 'any', round: 1 }, [1])
    expect(group.tell(proposal('A'), [1])).toEqual([{ type: 'voted', from: 1, round: 1, value: 'A' }])
    expect(group.tell(proposal('B'), [1])).toEqual([])
    expect(group.tell({ type: 'any', round: 1 }, [1])).toEqual([])
    expect(group.tell(proposal('B'), [1])).toEqual([])
  })

  it('that collides is recovered from in the next round, without phase 1, §3.2', () => {
    const group = new Group()
    group.begin('W', 1)
    group.tell({ type: 'any', round: 1 })
    const votes = [...group.tell(proposal('A'), [1, 2]), ...group.tell(proposal('B'), [3, 4])]
    expect(group.chosen()).toEqual([])
    const [request, ...rest] = group.hear(votes)
    // Of 1, 2 and 3 the coordinator knows that A may be chosen, if 4 voted for it, and that B cannot.
    expect(request).toEqual({ type: 'accept', round: 2, value: 'A' })
    expect(rest).toEqual([])
    group.tell(request!)
    expect(group.chosen()).toEqual([{ round: 2, value: 'A' }])
  })

  it('that chose a value is never overruled, whichever acceptors the coordinator hears', () => {
    for (const heard of [
      [1, 2, 3],
      [1, 2, 4],
      [1, 3, 4],
      [2, 3, 4],
      [4, 3, 2],
    ]) {
      const group = new Group()
      group.begin('W', 1)
      group.tell({ type: 'any', round: 1 })
      const votes = [...group.tell(proposal('A'), [1, 2, 3]), ...group.tell(proposal('B'), [4])]
      expect(group.chosen()).toEqual([{ round: 1, value: 'A' }])
      const inOrder = heard.map((id) => votes.find((vote) => 'from' in vote && vote.from === id)!)
      const requests = group.hear(inOrder)
      if (heard.includes(4)) expect(requests).toEqual([{ type: 'accept', round: 2, value: 'A' }])
      else expect(requests).toEqual([])
    }
  })

  it('after a classic one that chose a value proposes that one', () => {
    const group = new Group()
    expect(group.begin('W', 2)).toEqual([{ type: 'accept', round: 2, value: 'W' }])
    group.tell({ type: 'accept', round: 2, value: 'W' }, [1, 2, 3])
    expect(group.chosen()).toEqual([{ round: 2, value: 'W' }])
    expect(group.begin('V', 3)).toEqual([{ type: 'accept', round: 3, value: 'W' }])
  })

  it('is left by whoever takes part in a higher one', () => {
    const group = new Group()
    group.begin('W', 1)
    group.tell({ type: 'any', round: 1 }, [1])
    group.tell({ type: 'prepare', round: 2 }, [1])
    expect(group.tell(proposal('A'), [1])).toEqual([])
    expect(group.tell({ type: 'accept', round: 1, value: 'A' }, [1])).toEqual([])
  })
})

describe('sizes of quorums', () => {
  it.each([
    [3, 2, 3],
    [4, 3, 3],
    [5, 3, 4],
    [7, 4, 6],
    [9, 5, 7],
  ])('of %i acceptors: classic ones of %i, fast ones of %i', (n, classic, fast) => {
    expect(usualSizes(n)).toEqual({ classic, fast })
  })

  it('are right exactly if a classic and any two fast quorums have an acceptor in common, and two classic ones', () => {
    for (let n = 1; n <= 7; n++) {
      for (let classic = 1; classic <= n; classic++) {
        for (let fast = 1; fast <= n; fast++) {
          const isRight = meetInThree(n, classic, fast) && 2 * classic > n
          expect([n, classic, fast, sizesProblem(n, { classic, fast }) === undefined]).toEqual([
            n,
            classic,
            fast,
            isRight,
          ])
        }
      }
    }
  })

  it('that do not meet are refused', () => {
    const all = { acceptors: [1, 2, 3, 4, 5], coordinators: [9] }
    expect(() => fastPaxosRules({ ...all, classic: 3, fast: 3 })).toThrow('need not have one in common')
    expect(() => fastPaxosRules({ ...all, classic: 2, fast: 5 })).toThrow('two classic quorums of 2 of 5')
    expect(() => fastPaxosRules({ ...all, classic: 3, fast: 6 })).toThrow(
      'fast quorums of 6, with 5 acceptors',
    )
    expect(() => fastPaxosRules({ ...all, coordinators: [], classic: 3, fast: 4 })).toThrow('no coordinator')
  })
})

describe('picking a value', () => {
  it.each([4, 5, 6])(
    'always picks the one that is chosen or may be, with %i acceptors and every way to vote',
    (n) => {
      const sized = { ...rules, acceptors: Array.from({ length: n }, (_, i) => i + 1), ...usualSizes(n) }
      const quorum = quorumSize(sized, 1)
      let chosenOnes = 0
      for (const votes of product(n, [undefined, 'A', 'B', 'C'])) {
        const chosen = ['A', 'B', 'C'].find(
          (value) => votes.filter((vote) => vote === value).length >= quorum,
        )
        if (chosen === undefined) continue
        chosenOnes++
        for (const heard of subsets(n, sized.classic)) {
          const answers = heard.map((i): Answer => {
            const value = votes[i]
            return { from: i + 1, vote: value === undefined ? undefined : { round: 1, value } }
          })
          expect(pickValue(sized, answers)).toEqual({ value: chosen })
        }
      }
      expect(chosenOnes).toBeGreaterThan(0)
    },
  )

  it('any value will do if there are no votes, or votes of which none can be chosen', () => {
    const none: Pick = undefined
    expect(
      pickValue(
        rules,
        [1, 2, 3].map((from) => ({ from, vote: undefined })),
      ),
    ).toBe(none)
    const votes = ['A', 'B', 'C'].map((value, i) => ({ from: i + 1, vote: { round: 1, value } }))
    expect(pickValue(rules, votes)).toBe(none)
  })

  it('votes of lower rounds do not matter', () => {
    const votes = [
      { from: 1, vote: { round: 1, value: 'A' } },
      { from: 2, vote: { round: 1, value: 'A' } },
      { from: 3, vote: { round: 2, value: 'B' } },
    ]
    expect(pickValue(rules, votes)).toEqual({ value: 'B' })
  })
})

/** By sets: do any quorum of `a` and any two of `b` out of `n` have something in common? */
function meetInThree(n: number, a: number, b: number): boolean {
  const of = (size: number): number[] =>
    subsets(n, size).map((set) => set.reduce((bits, i) => bits | (1 << i), 0))
  const fast = of(b)
  return of(a).every((q) => fast.every((r) => fast.every((s) => (q & r & s) !== 0)))
}

function subsets(n: number, size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  if (n < size) return []
  return [...subsets(n - 1, size), ...subsets(n - 1, size - 1).map((set) => [...set, n - 1])]
}

function product<T>(length: number, of: readonly T[]): readonly (readonly T[])[] {
  if (length === 0) return [[]]
  return product(length - 1, of).flatMap((rest) => of.map((item) => [...rest, item]))
}
