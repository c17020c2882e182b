import { type QuorumSystem, isElectionQuorum } from '@quorate/core'
import { singleDecree } from '@quorate/paxos'
import type { SystemProperty, SystemView } from './actor-model.ts'
import { showValue } from './words.ts'

type Message = singleDecree.Message
type View = SystemView<Message>

const { compareBallots, isHigher, showBallot } = singleDecree

/** Requests to accept that were ever sent. */
function proposals({ sent }: View): readonly singleDecree.Accept[] {
  return sent.filter((message) => message.type === 'accept')
}

/** What follows from P2a of §2.2: proposals with different values have different numbers. */
export const oneValuePerBallot: SystemProperty<Message> = {
  name: 'a ballot has one value',
  kind: 'always',
  problem(view) {
    const all = proposals(view)
    for (const a of all) {
      const other = all.find((b) => b.value !== a.value && compareBallots(a.ballot, b.ballot) === 0)
      if (other !== undefined) {
        return `${showValue(a.value)} and ${showValue(other.value)} are proposed in ${showBallot(a.ballot)}`
      }
    }
    return undefined
  },
}

/** Promises are kept for ever: no acceptor is below a ballot that it has answered. `acceptors`: actor by id. */
export function promisesKept(acceptors: ReadonlyMap<number, number>): SystemProperty<Message> {
  return {
    name: 'promises are kept',
    kind: 'always',
    problem(view) {
      for (const message of view.sent) {
        if (message.type !== 'promise' && message.type !== 'accepted') continue
        const { promised } = acceptorIn(view, acceptors, message.from)
        if (isHigher(message.ballot, promised)) {
          return `acceptor ${message.from} has answered ${showBallot(message.ballot)} and forgotten it`
        }
      }
      return undefined
    },
  }
}

/**
 * SafeAt of Lamport's Voting.tla: a value is proposed only where in no lower ballot another one is chosen or will be.
 * For each lower ballot there is a quorum of which each acceptor has accepted this value in it, or nothing, and cannot
 * any more.
 */
export function safeAt(
  quorums: QuorumSystem,
  acceptors: ReadonlyMap<number, number>,
  ballots: readonly singleDecree.Ballot[],
): SystemProperty<Message> {
  return {
    name: 'what is proposed is safe',
    kind: 'always',
    problem(view) {
      for (const { ballot, value } of proposals(view)) {
        const unsafe = ballots.find((lower) => {
          if (compareBallots(lower, ballot) >= 0) return false
          return !isElectionQuorum(quorums, (id) => isSafe(view, acceptors, { id, lower, value }))
        })
        if (unsafe === undefined) continue
        return `${showValue(value)} is proposed in ${showBallot(ballot)}, and another value may be chosen in ${showBallot(unsafe)}`
      }
      return undefined
    },
  }
}

interface Question {
  readonly id: number
  readonly lower: singleDecree.Ballot
  readonly value: singleDecree.Value
}

function isSafe(view: View, acceptors: ReadonlyMap<number, number>, { id, lower, value }: Question): boolean {
  const vote = view.sent.find(
    (message) =>
      message.type === 'accepted' && message.from === id && compareBallots(message.ballot, lower) === 0,
  )
  if (vote?.type === 'accepted') return vote.value === value
  const { promised } = acceptorIn(view, acceptors, id)
  return promised !== undefined && isHigher(promised, lower)
}

function acceptorIn(
  view: View,
  acceptors: ReadonlyMap<number, number>,
  id: number,
): singleDecree.AcceptorState {
  return view.memory(acceptors.get(id)!) as singleDecree.AcceptorState
}
