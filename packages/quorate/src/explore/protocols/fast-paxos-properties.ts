import type { fastPaxos as fast } from '@quorate/paxos'
import type { SystemProperty, SystemView } from './actor-model.ts'
import { showValue } from './words.ts'

type Message = fast.Message

/** In a classic round, and in one that was not left to the proposers, one value is proposed; a fast one may have several. */
const oneValuePerRound: SystemProperty<Message> = {
  name: 'a coordinator proposes one value a round',
  kind: 'always',
  problem({ sent }) {
    const requests = sent.filter((message) => message.type === 'accept' || message.type === 'any')
    const said = (request: fast.Accept | fast.AcceptAny): string =>
      request.type === 'any' ? 'any' : showValue(request.value)
    for (const a of requests) {
      const b = requests.find((other) => other.round === a.round && said(other) !== said(a))
      if (b !== undefined) return `${said(a)} and ${said(b)} are proposed in round ${a.round}`
    }
    return undefined
  },
}

const oneVotePerRound: SystemProperty<Message> = {
  name: 'an acceptor votes once a round',
  kind: 'always',
  problem({ sent }) {
    const votes = sent.filter((message) => message.type === 'voted')
    for (const a of votes) {
      const b = votes.find(
        ({ from, round, value }) => from === a.from && round === a.round && value !== a.value,
      )
      if (b !== undefined) return `acceptor ${a.from} votes for two values in round ${a.round}`
    }
    return undefined
  },
}

/** No acceptor is below a round in which it has answered. `acceptors`: actor by id. */
function promisesKept(acceptors: ReadonlyMap<number, number>): SystemProperty<Message> {
  return {
    name: 'promises are kept',
    kind: 'always',
    problem(view: SystemView<Message>) {
      const broken = view.sent.find((message) => {
        if (message.type !== 'promise' && message.type !== 'voted') return false
        const { round } = view.memory(acceptors.get(message.from)!) as fast.AcceptorState
        return round < message.round
      })
      return broken && 'an acceptor has answered in a round and forgotten it'
    },
  }
}

/** Or else the scope is too small to say anything of collisions. */
export const votesCanCollide: SystemProperty<Message> = {
  name: 'votes can collide',
  kind: 'sometimes',
  problem({ sent }) {
    const votes = sent.filter((message) => message.type === 'voted')
    const [a] = votes
    return votes.some(({ round, value }) => round === a?.round && value !== a.value)
      ? undefined
      : 'they do not'
  },
}

/** What each role keeps to; that one value is chosen follows. */
export function fastPaxosInvariants(
  acceptors: ReadonlyMap<number, number>,
): readonly SystemProperty<Message>[] {
  return [oneValuePerRound, oneVotePerRound, promisesKept(acceptors)]
}
