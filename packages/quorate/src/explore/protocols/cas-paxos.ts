import { casPaxos as cas, type singleDecree } from '@quorate/paxos'
import { acceptorActor } from './acceptor-actor.ts'
import type { Actor, ActorTurn } from './actor.ts'
import { ActorModel } from './actor-model.ts'
import { oneValuePerBallot, promisesKept } from './ballot-properties.ts'
import { type RegisterEvent, linearizable, somethingIsDone } from './register-history.ts'
import { showPaxosMessage } from './paxos-messages.ts'
import {
  type BreakableRule,
  type ExploredProtocol,
  type ProtocolModel,
  type ProtocolScope,
  told,
} from './protocol.ts'
import { idsTo, quorumsInWords, quorumsOf, scopeInWords } from './scope.ts'
import { sentence, showValue, valueOf } from './words.ts'

type Message = singleDecree.Message
type Change = cas.RegisterChange
type Rules = cas.CasPaxosRules<Change>

/** A proposer, and how many of its client's changes it has taken. */
interface ProposerMemory {
  readonly proposer: cas.ProposerState<Change>
  readonly begun: number
}

/** CASPaxos, as in packages/paxos: Rystsov, *CASPaxos: Replicated State Machines without logs*. */
export const casPaxos: ExploredProtocol = {
  name: 'caspaxos',
  usual: { proposers: 2, acceptors: 3, rounds: 1, crashes: 1 },
  rules: {
    majorityMinusOne: { breach: 'one acceptor fewer than a quorum is enough' },
    promiseNotPersisted: { breach: 'an acceptor that restarts has forgotten what it promised' },
    ignoreAccepted: { breach: 'a proposer takes the register to be empty whatever has been accepted' },
    ballotReused: { breach: 'a proposer that restarts begins a ballot that it has used' },
    oneBallot: {
      breach: 'what an acceptor has accepted is taken to be of the ballot that it promised last',
      seenWith: { rounds: 2, crashes: 0 },
    },
    skipQuorumCheck: { breach: 'quorums need not meet (without --quorums: the largest that do not)' },
    answerBeforeAccepted: { breach: 'a client is answered before the new state has been accepted' },
  } satisfies Readonly<Record<keyof cas.UnsafeCasPaxosRules, BreakableRule>>,
  build: buildCasPaxos,
}

function buildCasPaxos(scope: ProtocolScope): ProtocolModel {
  const { proposers, acceptors, rounds, crashes, unsafe } = scope
  const quorums = quorumsOf(scope)
  const rules = cas.casPaxosRules(quorums, cas.changeRegister, unsafe === undefined ? {} : { [unsafe]: true })
  const actors = [
    ...idsTo(proposers).map((id) => proposerActor(rules, id, rounds)),
    ...idsTo(acceptors).map((id) => acceptorActor(rules, id)),
  ]
  const byId = new Map(idsTo(acceptors).map((id) => [id, proposers + id - 1]))
  const properties = [
    linearizable<Message>(),
    somethingIsDone<Message>(),
    ...(unsafe === undefined ? [oneValuePerBallot, promisesKept(byId)] : []),
  ]
  const model = new ActorModel<Message>({ actors, sent: [], crashes }, properties)
  const words = [
    ...scopeInWords(scope, quorumsInWords(quorums)),
    'each client sets the register if it is empty, and then reads',
  ]
  return told(model, words, {
    describe: (step) =>
      `${sentence(step, showPaxosMessage)}${answerOf(step.event as RegisterEvent | undefined)}`,
  })
}

function answerOf(event: RegisterEvent | undefined): string {
  return event?.type === 'done'
    ? `; its client is told: ${showValue(event.before)} is now ${showValue(event.value)}`
    : ''
}

/** What a proposer's client asks for: first to set the register if it is empty, and then what it holds. */
function changeOf(id: number, begun: number): Change {
  return begun === 0 ? { op: 'cas', from: null, to: valueOf(id) } : { op: 'read' }
}

function showChange(change: Change): string {
  switch (change.op) {
    case 'read':
      return 'to read'
    case 'write':
      return `to write ${showValue(change.value)}`
    case 'cas':
      return `to set ${showValue(change.from)} to ${showValue(change.to)}`
  }
}

function proposerActor(rules: Rules, id: number, rounds: number): Actor<Message> {
  return {
    name: `proposer ${id}`,
    start(disk) {
      const { proposer, begun } = (disk ?? { begun: 0 }) as {
        proposer?: singleDecree.ProposerDisk
        begun: number
      }
      return { proposer: cas.startProposer<Change>(id, proposer), begun }
    },
    moves(memory) {
      const { proposer, begun } = memory as ProposerMemory
      if (proposer.attempt !== undefined) return []
      return idsTo(rounds)
        .filter((round) => round > proposer.round)
        .map((round) => ({
          label: `begins ballot ${round}.${id} ${showChange(changeOf(id, begun))}`,
          turn: submission(rules, { proposer, begun }, round),
        }))
    },
    receive(memory, message) {
      const { proposer, begun } = memory as ProposerMemory
      if (message.type !== 'promise' && message.type !== 'accepted') return undefined
      const turn =
        message.type === 'promise'
          ? cas.receivePromise(rules, proposer, message)
          : cas.receiveAccepted(rules, proposer, message)
      return { ...turnOf(turn, begun), disk: undefined, ...answerEvent(turn, id, begun) }
    },
  }
}

function submission(rules: Rules, { proposer, begun }: ProposerMemory, round: number): ActorTurn<Message> {
  const change = changeOf(proposer.id, begun)
  const turn = turnOf(cas.submit(rules, proposer, change, round), begun + 1)
  return {
    ...turn,
    event: { type: 'asked', client: `${proposer.id}.${begun + 1}`, change } satisfies RegisterEvent,
  }
}

function turnOf({ state, persist, send }: cas.ProposerTurn<Change>, begun: number): ActorTurn<Message> {
  const disk = { ...(persist !== undefined && { proposer: persist }), begun }
  return { memory: { proposer: state, begun }, disk, send }
}

function answerEvent(
  { answer }: cas.ProposerTurn<Change>,
  id: number,
  begun: number,
): { event?: RegisterEvent } {
  if (answer?.type !== 'done') return {}
  return { event: { type: 'done', client: `${id}.${begun}`, before: answer.before, value: answer.value } }
}
