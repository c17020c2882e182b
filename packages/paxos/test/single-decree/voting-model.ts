import type { Fingerprint, Property, StateModel } from '@quorate/check'
import { isElectionQuorum } from '@quorate/core'
import {
  type AcceptorState,
  type AcceptorTurn,
  type Ballot,
  type Message,
  type PaxosRules,
  type Promised,
  chosenProposals,
  compareBallots,
  paxosRules,
  propose,
  receiveAccept,
  receiveAccepted,
  receivePrepare,
  receivePromise,
  startAcceptor,
  startLearner,
  startProposer,
} from '../../src/single-decree/index.ts'

/** The variables of Paxos.tla. */
export interface VotingState {
  readonly acceptors: readonly AcceptorState[]
  /** Everything ever sent, by what it says. */
  readonly sent: ReadonlyMap<string, Message>
}

/** The constants of Paxos.tla. */
export interface VotingConstants {
  /** How many. */
  readonly acceptors: number
  /** How many. */
  readonly ballots: number
  readonly values: readonly string[]
}

/**
 * Paxos.tla (tlaplus/Examples) around the code of this package; an action is the state that it leads to, which may be the
 * one before. There, a leader takes a quorum's promises in one step; here a proposer is given them one after the other
 * within it. Ballot b of the specification is round b + 1. Quorums are those with just more than half of the acceptors.
 */
export class VotingModel implements StateModel<VotingState, VotingState> {
  readonly properties: readonly Property<VotingState>[] = [
    {
      name: 'one value is chosen',
      kind: 'always',
      holds: (state) => new Set(this.chosen(state).map(({ value }) => value)).size <= 1,
    },
    { name: 'a value is chosen', kind: 'sometimes', holds: (state) => this.chosen(state).length > 0 },
    { name: 'OneValuePerBallot', kind: 'always', holds: (state) => this.hasOneValuePerBallot(state) },
    { name: 'SafeAt', kind: 'always', holds: (state) => this.isSafe(state) },
    { name: 'promises are kept', kind: 'always', holds: keepsPromises },
  ]
  private readonly acceptors: readonly number[]
  private readonly ballots: readonly Ballot[]
  private readonly values: readonly string[]
  private readonly quorums: readonly (readonly number[])[]
  private readonly rules: PaxosRules

  constructor({ acceptors, ballots, values }: VotingConstants) {
    this.acceptors = Array.from({ length: acceptors }, (_, i) => i + 1)
    this.ballots = Array.from({ length: ballots }, (_, b) => ({ round: b + 1, proposer: 1 }))
    this.values = values
    this.quorums = subsets(this.acceptors, Math.floor(acceptors / 2) + 1)
    this.rules = paxosRules({ type: 'majority', voters: this.acceptors })
  }

  initialStates(): readonly VotingState[] {
    return [{ acceptors: this.acceptors.map((id) => startAcceptor(id)), sent: new Map() }]
  }

  actions(state: VotingState): readonly VotingState[] {
    return [
      ...this.ballots.map((ballot) => send(state, [{ type: 'prepare', ballot }])),
      ...this.ballots.flatMap((ballot) => this.values.flatMap((value) => this.phase2a(state, ballot, value))),
      ...state.acceptors.flatMap((acceptor) => this.phases1bAnd2b(state, acceptor)),
    ]
  }

  next(_: VotingState, after: VotingState): VotingState {
    return after
  }

  encode({ acceptors, sent }: VotingState, into: Fingerprint): void {
    into.plain({ acceptors, sent: [...sent.keys()].sort((a, b) => (a < b ? -1 : 1)) })
  }

  private phases1bAnd2b(state: VotingState, acceptor: AcceptorState): readonly VotingState[] {
    return [...state.sent.values()].flatMap((message) => {
      if (message.type === 'prepare') return acted(state, receivePrepare(this.rules, acceptor, message))
      if (message.type === 'accept') return acted(state, receiveAccept(this.rules, acceptor, message))
      return []
    })
  }

  private phase2a(state: VotingState, ballot: Ballot, value: string): readonly VotingState[] {
    const messages = [...state.sent.values()]
    const { round } = ballot
    if (messages.some((message) => message.type === 'accept' && message.ballot.round === round)) return []
    return this.quorums.flatMap((quorum) => {
      const promises = messages.filter(
        (message): message is Promised =>
          message.type === 'promise' && quorum.includes(message.from) && message.ballot.round === round,
      )
      let turn = propose(this.rules, startProposer(ballot.proposer), value, round)
      for (const promise of promises) turn = receivePromise(this.rules, turn.state, promise)
      const requests = turn.send.filter(({ type }) => type === 'accept')
      if (!requests.some((request) => request.type === 'accept' && request.value === value)) return []
      return witnesses(promises).map(() => send(state, requests))
    })
  }

  private chosen({ sent }: VotingState): ReturnType<typeof chosenProposals> {
    const votes = [...sent.values()].filter((message) => message.type === 'accepted')
    return chosenProposals(this.rules, votes.reduce(receiveAccepted, startLearner()))
  }

  private hasOneValuePerBallot({ sent }: VotingState): boolean {
    return this.ballots.every((ballot) => {
      const values = [...sent.values()].flatMap((message) =>
        message.type === 'accept' && compareBallots(message.ballot, ballot) === 0 ? [message.value] : [],
      )
      return new Set(values).size <= 1
    })
  }

  /** For each proposal and lower ballot, a quorum has voted for its value there or can vote there no more. */
  private isSafe({ sent, acceptors }: VotingState): boolean {
    const messages = [...sent.values()]
    const mayNotDiffer = (id: number, ballot: Ballot, value: unknown): boolean => {
      const vote = messages.find(
        (message) =>
          message.type === 'accepted' && message.from === id && compareBallots(message.ballot, ballot) === 0,
      )
      if (vote?.type === 'accepted') return vote.value === value
      const { promised } = acceptors[id - 1]!
      return promised !== undefined && compareBallots(promised, ballot) > 0
    }
    return messages.every((proposal) => {
      if (proposal.type !== 'accept') return true
      const lower = this.ballots.filter((ballot) => compareBallots(ballot, proposal.ballot) < 0)
      return lower.every((ballot) =>
        isElectionQuorum(this.rules.quorums, (id) => mayNotDiffer(id, ballot, proposal.value)),
      )
    })
  }
}

function send(state: VotingState, messages: readonly Message[]): VotingState {
  const sent = new Map(state.sent)
  for (const message of messages) sent.set(JSON.stringify(message), message)
  return { ...state, sent }
}

/** An acceptor's turn; the specification knows no refusals. */
function acted(state: VotingState, turn: AcceptorTurn): readonly VotingState[] {
  const answers = turn.send.filter(({ type }) => type !== 'refused')
  if (answers.length === 0) return []
  const acceptors = state.acceptors.with(turn.state.id - 1, turn.state)
  return [send({ ...state, acceptors }, answers)]
}

/** TLC generates a state for each promise that shows the highest vote, and one if none shows any. */
function witnesses(promises: readonly Promised[]): readonly unknown[] {
  const rounds = promises.map(({ accepted }) => accepted?.ballot.round ?? 0)
  const highest = Math.max(...rounds)
  return highest === 0 ? [0] : rounds.filter((round) => round === highest)
}

function keepsPromises({ sent, acceptors }: VotingState): boolean {
  return [...sent.values()].every((message) => {
    if (message.type !== 'promise' && message.type !== 'accepted') return true
    const { promised } = acceptors[message.from - 1]!
    return promised !== undefined && compareBallots(promised, message.ballot) >= 0
  })
}

function subsets(items: readonly number[], size: number): readonly (readonly number[])[] {
  if (size === 0) return [[]]
  return items.flatMap((item, i) => subsets(items.slice(i + 1), size - 1).map((rest) => [item, ...rest]))
}
