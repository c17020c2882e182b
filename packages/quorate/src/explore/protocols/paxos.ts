import type { QuorumSystem } from '@quorate/core'
import { singleDecree } from '@quorate/paxos'
import { acceptorActor } from './acceptor-actor.ts'
import type { Actor } from './actor.ts'
import { ActorModel, type SystemProperty, type SystemView } from './actor-model.ts'
import { agreement } from './agreement.ts'
import { oneValuePerBallot, promisesKept, safeAt } from './ballot-properties.ts'
import { showPaxosMessage } from './paxos-messages.ts'
import {
  type BreakableRule,
  type ExploredProtocol,
  type ProtocolModel,
  type ProtocolScope,
  told,
} from './protocol.ts'
import { ballotsWithin, idsTo, quorumsInWords, quorumsOf, scopeInWords } from './scope.ts'
import { sentence, showValue, valueOf } from './words.ts'

type Message = singleDecree.Message

/** A proposer, and how many ballots it has begun: what it would propose differs each time. */
interface ProposerMemory {
  readonly proposer: singleDecree.ProposerState
  readonly begun: number
}

const { startProposer, propose, receivePromise } = singleDecree
const { startLearner, receiveAccepted, chosenProposals } = singleDecree

/** Single-decree Paxos, as in packages/paxos: Lamport, *Paxos Made Simple*. */
export const paxos: ExploredProtocol = {
  name: 'paxos',
  usual: { proposers: 2, acceptors: 3, rounds: 1, crashes: 1 },
  rules: {
    majorityMinusOne: { breach: 'one acceptor fewer than a quorum is enough' },
    promiseNotPersisted: { breach: 'an acceptor that restarts has forgotten what it promised' },
    ignoreAccepted: { breach: 'a proposer proposes its own value whatever has been accepted' },
    ballotReused: { breach: 'a proposer that restarts begins a ballot that it has used' },
    oneBallot: {
      breach: 'what an acceptor has accepted is taken to be of the ballot that it promised last',
      seenWith: { proposers: 3, crashes: 0 },
    },
    skipQuorumCheck: { breach: 'quorums need not meet (without --quorums: the largest that do not)' },
  } satisfies Readonly<Record<keyof singleDecree.UnsafePaxosRules, BreakableRule>>,
  build: buildPaxos,
}

function buildPaxos(scope: ProtocolScope): ProtocolModel {
  const { proposers, acceptors, rounds, crashes, unsafe } = scope
  const quorums = quorumsOf(scope)
  const rules = singleDecree.paxosRules(quorums, unsafe === undefined ? {} : { [unsafe]: true })
  const actors = [
    ...idsTo(proposers).map((id) => proposerActor(rules, id, rounds)),
    ...idsTo(acceptors).map((id) => acceptorActor(rules, id)),
  ]
  const decided = chosenValues(rules)
  const properties = [
    ...agreement(decided),
    // Who breaks a rule wants to see what comes of it in the end.
    ...(unsafe === undefined ? invariants(scope, quorums) : []),
  ]
  const model = new ActorModel<Message>({ actors, sent: [], crashes }, properties)
  return told(model, scopeInWords(scope, quorumsInWords(quorums)), {
    describe: (step) => sentence(step, showPaxosMessage),
    decided,
  })
}

function invariants(
  { proposers, acceptors, rounds }: ProtocolScope,
  quorums: QuorumSystem,
): readonly SystemProperty<Message>[] {
  const byId = new Map(idsTo(acceptors).map((id) => [id, proposers + id - 1]))
  return [oneValuePerBallot, promisesKept(byId), safeAt(quorums, byId, ballotsWithin(proposers, rounds))]
}

/** What a learner that hears everything learns; one that hears less learns less. */
function chosenValues(rules: singleDecree.PaxosRules): (view: SystemView<Message>) => readonly string[] {
  return ({ sent }) => {
    const votes = sent.filter((message) => message.type === 'accepted')
    const learner = votes.reduce(receiveAccepted, startLearner())
    return [...new Set(chosenProposals(rules, learner).map(({ value }) => showValue(value)))]
  }
}

function proposerActor(rules: singleDecree.PaxosRules, id: number, rounds: number): Actor<Message> {
  return {
    name: `proposer ${id}`,
    start(disk) {
      const { proposer, begun } = (disk ?? { begun: 0 }) as {
        proposer?: singleDecree.ProposerDisk
        begun: number
      }
      return { proposer: startProposer(id, proposer), begun }
    },
    moves(memory) {
      const { proposer, begun } = memory as ProposerMemory
      return idsTo(rounds)
        .filter((round) => round > proposer.round)
        .map((round) => {
          const value = valueOf(id, begun)
          const { state, persist, send } = propose(rules, proposer, value, round)
          return {
            label: `begins ballot ${round}.${id} with ${value}`,
            turn: {
              memory: { proposer: state, begun: begun + 1 },
              disk: { ...(persist !== undefined && { proposer: persist }), begun: begun + 1 },
              send,
            },
          }
        })
    },
    receive(memory, message) {
      if (message.type !== 'promise') return undefined
      const { proposer, begun } = memory as ProposerMemory
      const { state, send } = receivePromise(rules, proposer, message)
      return { memory: { proposer: state, begun }, disk: undefined, send }
    },
  }
}
