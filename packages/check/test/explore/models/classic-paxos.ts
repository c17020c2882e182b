import type { StateModel } from '../../../src/explore/model/state-model.ts'

/** A rule of Paxos to break. */
export type PaxosBug = 'forgetPromise' | 'ignoreAccepted' | 'reuseBallot'

export interface PaxosOptions {
  /** Ballot `b` belongs to proposer `b mod 2`. */
  readonly ballots: number
  /** Sets of acceptors whose promises let a value be proposed, and whose acceptances choose one. Default: majorities of 3. */
  readonly promiseQuorums?: readonly (readonly number[])[]
  readonly acceptQuorums?: readonly (readonly number[])[]
  /** Crashes, each with a restart, of an acceptor or of a proposer. */
  readonly crashes?: number
  readonly bug?: PaxosBug
}

/**
 * Everything ever said, and what acceptors remember. Messages are never taken away: each may be late or come again.
 * Ballots count from 1; 0 is "none". A value is the number of the proposer that it comes from, from 1, and 2 more for
 * what it proposes after a restart.
 */
export interface PaxosState {
  readonly promised: readonly number[]
  readonly accepted: readonly (readonly [ballot: number, value: number])[]
  /** By ballot: has it been begun? */
  readonly prepared: readonly boolean[]
  /** By ballot, by acceptor: its promise and what it had accepted by then. */
  readonly promises: readonly (readonly (readonly [ballot: number, value: number] | null)[])[]
  /** By ballot: values that were proposed, more than one only by a bug. */
  readonly proposed: readonly (readonly number[])[]
  /** By ballot, by acceptor: the values accepted. */
  readonly acceptances: readonly (readonly (readonly number[])[])[]
  /** By proposer: may it go on with a ballot in which it has proposed? */
  readonly restarted: readonly boolean[]
  readonly crashes: number
}

export type PaxosAction =
  | readonly ['prepare', ballot: number]
  | readonly ['promise', ballot: number, acceptor: number]
  | readonly ['propose', ballot: number, quorum: number]
  | readonly ['accept', ballot: number, acceptor: number, value: number]
  | readonly ['crashAcceptor', acceptor: number]
  | readonly ['crashProposer', proposer: number]

const acceptors = [0, 1, 2]
const majorities = [
  [0, 1],
  [0, 2],
  [1, 2],
]

/** Single-decree Paxos with 2 proposers and 3 acceptors. Lamport, "Paxos made simple", section 2; Paxos.tla. */
export function classicPaxos(options: PaxosOptions): StateModel<PaxosState, PaxosAction> {
  const { ballots, promiseQuorums = majorities, acceptQuorums = majorities, crashes = 0, bug } = options
  const all = Array.from({ length: ballots + 1 }, (_, b) => b)
  const chosen = (state: PaxosState): number[] => [
    ...new Set(all.flatMap((b) => acceptQuorums.flatMap((quorum) => chosenBy(state, b, quorum)))),
  ]
  return {
    initialStates: () => [
      {
        promised: acceptors.map(() => 0),
        accepted: acceptors.map(() => [0, 0] as const),
        prepared: all.map(() => false),
        promises: all.map(() => acceptors.map(() => null)),
        proposed: all.map(() => []),
        acceptances: all.map(() => acceptors.map(() => [])),
        restarted: [false, false],
        crashes,
      },
    ],
    actions: (state) => actionsOf(state, ballots, promiseQuorums, bug),
    next: (state, action) => apply(state, action, promiseQuorums, bug),
    encode(state, into) {
      for (const a of acceptors)
        into.word(state.promised[a]!).word(state.accepted[a]![0]).word(state.accepted[a]![1])
      for (const b of all) {
        into.word(state.prepared[b]! ? 1 : 0)
        for (const promise of state.promises[b]!)
          into.word(promise === null ? -1 : promise[0] * 16 + promise[1])
        for (const values of [state.proposed[b]!, ...state.acceptances[b]!]) {
          into.word(values.reduce((bits, value) => bits | (1 << value), 0))
        }
      }
      into.word((state.restarted[0]! ? 1 : 0) + (state.restarted[1]! ? 2 : 0)).word(state.crashes)
    },
    properties: [
      {
        name: 'one value is chosen',
        kind: 'always',
        holds: (state) => chosen(state).length <= 1,
        explain: (state) => `values ${chosen(state).join(' and ')} are chosen`,
      },
      { name: 'a value is chosen', kind: 'sometimes', holds: (state) => chosen(state).length > 0 },
    ],
  }
}

function chosenBy(
  { acceptances, proposed }: PaxosState,
  ballot: number,
  quorum: readonly number[],
): number[] {
  return proposed[ballot]!.filter((value) => quorum.every((a) => acceptances[ballot]![a]!.includes(value)))
}

function actionsOf(
  state: PaxosState,
  ballots: number,
  quorums: readonly (readonly number[])[],
  bug: PaxosBug | undefined,
): PaxosAction[] {
  const actions: PaxosAction[] = []
  for (let b = 1; b <= ballots; b++) {
    if (!state.prepared[b]!) {
      actions.push(['prepare', b])
      continue
    }
    for (const a of acceptors) {
      if (state.promised[a]! < b) actions.push(['promise', b, a])
      if (state.promised[a]! > b) continue
      for (const value of state.proposed[b]!) {
        if (!state.acceptances[b]![a]!.includes(value)) actions.push(['accept', b, a, value])
      }
    }
    const mayAgain = bug === 'reuseBallot' && state.restarted[b % 2]! && state.proposed[b]!.length === 1
    if (state.proposed[b]!.length > 0 && !mayAgain) continue
    quorums.forEach((quorum, i) => {
      if (quorum.every((a) => state.promises[b]![a] !== null)) actions.push(['propose', b, i])
    })
  }
  if (state.crashes === 0) return actions
  for (const a of acceptors) actions.push(['crashAcceptor', a])
  actions.push(['crashProposer', 0], ['crashProposer', 1])
  return actions
}

function apply(
  state: PaxosState,
  action: PaxosAction,
  quorums: readonly (readonly number[])[],
  bug: PaxosBug | undefined,
): PaxosState | undefined {
  switch (action[0]) {
    case 'prepare':
      return { ...state, prepared: state.prepared.with(action[1], true) }
    case 'promise': {
      const [, b, a] = action
      const promises = state.promises.with(b, state.promises[b]!.with(a, state.accepted[a]!))
      return { ...state, promised: state.promised.with(a, b), promises }
    }
    case 'propose': {
      const [, b, quorum] = action
      const value = valueFor(state, b, quorums[quorum]!, bug)
      if (state.proposed[b]!.includes(value)) return undefined
      return { ...state, proposed: state.proposed.with(b, [...state.proposed[b]!, value]) }
    }
    case 'accept': {
      const [, b, a, value] = action
      const accepted = state.accepted.with(a, [b, value])
      const heard = state.acceptances[b]!
      const acceptances = state.acceptances.with(b, heard.with(a, [...heard[a]!, value]))
      return { ...state, promised: state.promised.with(a, b), accepted, acceptances }
    }
    case 'crashAcceptor': {
      const [, a] = action
      const remembered = bug === 'forgetPromise' ? state.accepted[a]![0] : state.promised[a]!
      return { ...state, promised: state.promised.with(a, remembered), crashes: state.crashes - 1 }
    }
    case 'crashProposer':
      return { ...state, restarted: state.restarted.with(action[1], true), crashes: state.crashes - 1 }
  }
}

/** The value accepted at the highest ballot among those who promised, or one's own if there is none. */
function valueFor(
  state: PaxosState,
  ballot: number,
  quorum: readonly number[],
  bug: PaxosBug | undefined,
): number {
  const proposer = ballot % 2
  const own = 1 + proposer + (state.restarted[proposer]! ? 2 : 0)
  let [highest, value] = [0, own]
  if (bug === 'ignoreAccepted') return own
  for (const a of quorum) {
    const promise = state.promises[ballot]![a]!
    if (promise[0] > highest) [highest, value] = promise
  }
  return value
}
