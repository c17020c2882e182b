import { singleDecree } from '@quorate/paxos'
import type { Actor, ActorTurn } from './actor.ts'

const { startAcceptor, receivePrepare, receiveAccept } = singleDecree

/**
 * An acceptor of Paxos and of CASPaxos. Its refusals are left out: they make a proposer give up, which is one that is slow
 * for ever, and take a higher round, and any round is among a proposer's moves.
 */
export function acceptorActor(rules: singleDecree.PaxosRules, id: number): Actor<singleDecree.Message> {
  return {
    name: `acceptor ${id}`,
    acceptor: id,
    start: (disk) => startAcceptor(id, disk as singleDecree.AcceptorDisk | undefined),
    moves: () => [],
    receive(memory, message) {
      const state = memory as singleDecree.AcceptorState
      if (message.type === 'prepare') return actorTurn(receivePrepare(rules, state, message))
      if (message.type === 'accept') return actorTurn(receiveAccept(rules, state, message))
      return undefined
    },
  }
}

function actorTurn({ state, persist, send }: singleDecree.AcceptorTurn): ActorTurn<singleDecree.Message> {
  return { memory: state, disk: persist, send: send.filter(({ type }) => type !== 'refused') }
}
