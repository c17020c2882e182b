import { QuorateError } from '@quorate/core'
import { fastPaxos as fast } from '@quorate/paxos'
import type { Actor, ActorTurn } from './actor.ts'
import { ActorModel, type SystemView } from './actor-model.ts'
import { agreement } from './agreement.ts'
import { fastPaxosInvariants, votesCanCollide } from './fast-paxos-properties.ts'
import {
  type BreakableRule,
  type ExploredProtocol,
  type ProtocolModel,
  type ProtocolScope,
  told,
} from './protocol.ts'
import { idsTo, scopeInWords } from './scope.ts'
import { counted, sentence, showValue, valueOf } from './words.ts'

type Message = fast.Message

interface CoordinatorMemory {
  readonly coordinator: fast.CoordinatorState
  readonly begun: number
}

/** Fast Paxos for one decision, as in packages/paxos: Lamport, *Fast Paxos*. */
export const fastPaxos: ExploredProtocol = {
  name: 'fast-paxos',
  usual: { proposers: 2, acceptors: 4, rounds: 2, crashes: 0 },
  rules: {
    skipQuorumCheck: {
      breach:
        'a classic and two fast quorums need not meet (without --quorums: fast ones are one acceptor too small)',
      seenWith: { acceptors: 3 },
    },
    pickAnyVote: { breach: 'of votes that collided the coordinator picks any' },
    ignoreVotes: {
      breach: 'the coordinator picks its own value whatever votes are reported',
      seenWith: { acceptors: 3 },
    },
    voteTwice: {
      breach: 'an acceptor votes for every proposal of a fast round',
      seenWith: { acceptors: 3 },
    },
    promiseNotPersisted: {
      breach: 'an acceptor that restarts has forgotten what it promised',
      seenWith: { acceptors: 3, crashes: 2 },
    },
    roundReused: {
      breach: 'a coordinator that restarts begins a round that it has used',
      seenWith: { proposers: 1, acceptors: 3, rounds: 3, crashes: 1 },
    },
  } satisfies Readonly<Record<keyof fast.UnsafeFastPaxosRules, BreakableRule>>,
  build: buildFastPaxos,
}

function buildFastPaxos(scope: ProtocolScope): ProtocolModel {
  const { proposers, acceptors, rounds, crashes, unsafe } = scope
  const rules = fast.fastPaxosRules({
    acceptors: idsTo(acceptors),
    coordinators: idsTo(proposers),
    ...sizesOf(scope),
    unsafe: unsafe === undefined ? {} : { [unsafe]: true },
  })
  // The others have no round in this scope.
  const coordinators = [
    ...new Set(idsTo(rounds).map((round) => fast.coordinatorOf(rules.coordinators, round))),
  ]
  const actors = [
    ...coordinators.map((id) => coordinatorActor(rules, id, rounds)),
    ...idsTo(acceptors).map((id) => acceptorActor(rules, id)),
  ]
  const decided = chosenValues(rules)
  const byId = new Map(idsTo(acceptors).map((id) => [id, coordinators.length + id - 1]))
  const properties = [
    ...agreement(decided),
    ...(unsafe === undefined ? fastPaxosInvariants(byId) : []),
    ...(unsafe === undefined && proposers > 1 && acceptors > 1 ? [votesCanCollide] : []),
  ]
  const sent = idsTo(proposers).map((id) => ({ type: 'propose', value: valueOf(id) }) as const)
  const model = new ActorModel<Message>({ actors, sent, crashes }, properties)
  const sizes = `classic quorums of ${rules.classic} and fast ones of ${rules.fast}`
  return told(model, [...scopeInWords(scope, sizes), counted(coordinators.length, 'coordinator')], {
    describe: (step) => sentence(step, showMessage),
    decided,
  })
}

function sizesOf({ acceptors, quorums, unsafe }: ProtocolScope): fast.QuorumSizes {
  if (quorums !== undefined) return { classic: quorums[0], fast: quorums[1] }
  const usual = fast.usualSizes(acceptors)
  if (unsafe !== 'skipQuorumCheck') return usual
  if (usual.fast > 1) return { classic: usual.classic, fast: usual.fast - 1 }
  throw new QuorateError('USAGE', 'explore: 1 acceptor cannot form quorums that do not meet')
}

/** What a learner that hears everything learns. */
function chosenValues(rules: fast.FastPaxosRules): (view: SystemView<Message>) => readonly string[] {
  return ({ sent }) => {
    const votes = sent.filter((message) => message.type === 'voted')
    const learner = votes.reduce(fast.learnVote, fast.startLearner())
    return [...new Set(fast.chosenVotes(rules, learner).map(({ value }) => showValue(value)))]
  }
}

function acceptorActor(rules: fast.FastPaxosRules, id: number): Actor<Message> {
  return {
    name: `acceptor ${id}`,
    acceptor: id,
    start: (disk) => fast.startAcceptor(id, disk as fast.AcceptorDisk | undefined),
    moves: () => [],
    receive(memory, message) {
      const turn = acceptorTurn(rules, memory as fast.AcceptorState, message)
      return turn && { memory: turn.state, disk: turn.persist, send: turn.send }
    },
  }
}

function acceptorTurn(
  rules: fast.FastPaxosRules,
  state: fast.AcceptorState,
  message: Message,
): fast.AcceptorTurn | undefined {
  switch (message.type) {
    case 'prepare':
      return fast.receivePrepare(rules, state, message)
    case 'accept':
      return fast.receiveAccept(rules, state, message)
    case 'any':
      return fast.receiveAny(rules, state, message)
    case 'propose':
      return fast.receivePropose(rules, state, message)
    case 'promise':
    case 'voted':
      return undefined
  }
}

function coordinatorActor(rules: fast.FastPaxosRules, id: number, rounds: number): Actor<Message> {
  const turnOf = ({ state, persist, send }: fast.CoordinatorTurn, begun: number): ActorTurn<Message> => ({
    memory: { coordinator: state, begun },
    disk: persist === undefined ? undefined : { coordinator: persist, begun },
    send,
  })
  return {
    name: `coordinator ${id}`,
    start(disk) {
      const { coordinator, begun } = (disk ?? { begun: 0 }) as {
        coordinator?: fast.CoordinatorDisk
        begun: number
      }
      return { coordinator: fast.startCoordinator(id, coordinator), begun }
    },
    moves(memory) {
      const { coordinator, begun } = memory as CoordinatorMemory
      const mine = idsTo(rounds).filter((round) => fast.coordinatorOf(rules.coordinators, round) === id)
      return mine
        .filter((round) => round > coordinator.round)
        .map((round) => {
          const wish = valueOf(id, begun)
          const kind = fast.isFast(round) ? 'fast' : 'classic'
          const turn = turnOf(fast.beginRound(rules, coordinator, wish, round), begun + 1)
          // How often it began is not the protocol's to remember.
          const disk = turn.disk ?? { begun: begun + 1 }
          return { label: `begins ${kind} round ${round} with ${wish}`, turn: { ...turn, disk } }
        })
    },
    receive(memory, message) {
      const { coordinator, begun } = memory as CoordinatorMemory
      if (message.type === 'promise') return turnOf(fast.receivePromise(rules, coordinator, message), begun)
      // A recovery in a round beyond the scope is left out.
      if (message.type !== 'voted' || message.round >= rounds) return undefined
      return turnOf(fast.receiveVoted(rules, coordinator, message), begun)
    },
  }
}

function showMessage(message: Message, isReceived: boolean): string {
  const sender = isReceived && 'from' in message ? ` of acceptor ${message.from}` : ''
  switch (message.type) {
    case 'propose':
      return `proposal ${showValue(message.value)}`
    case 'prepare':
      return `prepare ${message.round}`
    case 'promise': {
      const { vote } = message
      const last = vote === undefined ? 'no vote' : `voted ${showValue(vote.value)} in ${vote.round}`
      return `promise ${message.round}${sender} (${last})`
    }
    case 'accept':
      return `accept ${message.round} ${showValue(message.value)}`
    case 'any':
      return `accept ${message.round} any`
    case 'voted':
      return `vote ${message.round} ${showValue(message.value)}${sender}`
  }
}
