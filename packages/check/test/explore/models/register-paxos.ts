import type { Message, Send, Server } from './register-system.ts'

type Ballot = readonly [round: number, node: number]
type Proposal = readonly [request: number, client: number, value: string]
type Accepted = readonly [Ballot, Proposal] | null

interface PaxosState {
  readonly ballot: Ballot
  readonly proposal: Proposal | null
  readonly prepares: readonly (readonly [node: number, accepted: Accepted])[]
  readonly accepts: readonly number[]
  readonly accepted: Accepted
  readonly decided: boolean
}

/**
 * Single-decree Paxos behind a register: a server that is asked to put starts a ballot of its own for that value; once a
 * value is decided, servers that know it answer gets. Messages to oneself are not sent but taken as received.
 */
export function registerPaxos(servers: number): Server<PaxosState> {
  const majority = (servers >> 1) + 1
  return {
    start: () => ({
      ballot: [0, 0],
      proposal: null,
      prepares: [],
      accepts: [],
      accepted: null,
      decided: false,
    }),
    receive(self, state, from, message, send) {
      if (!state.decided) return receive(servers, majority, self, state, from, message, send)
      if (message[0] === 'Get') send(from, ['GetOk', message[1], state.accepted![1][2]])
      return undefined
    },
  }
}

function receive(
  servers: number,
  majority: number,
  self: number,
  state: PaxosState,
  from: number,
  message: Message,
  send: Send,
): PaxosState | undefined {
  const broadcast = (sent: Message): void => {
    for (let peer = 0; peer < servers; peer++) if (peer !== self) send(peer, sent)
  }
  const ballot = message[1] as Ballot
  switch (message[0]) {
    case 'Put': {
      if (state.proposal !== null) return undefined
      const own: Ballot = [state.ballot[0] + 1, self]
      broadcast(['Prepare', own])
      const proposal = [message[1] as number, from, message[2] as string] as const
      return { ...state, ballot: own, proposal, prepares: [[self, state.accepted]], accepts: [] }
    }
    case 'Prepare':
      if (compare(state.ballot, ballot) >= 0) return undefined
      send(from, ['Prepared', ballot, state.accepted])
      return { ...state, ballot }
    case 'Prepared':
      if (compare(state.ballot, ballot) !== 0) return undefined
      return onPrepared(majority, self, state, from, message[2] as Accepted, broadcast)
    case 'Accept':
      if (compare(state.ballot, ballot) > 0) return undefined
      send(from, ['Accepted', ballot])
      return { ...state, ballot, accepted: [ballot, message[2] as Proposal] }
    case 'Accepted': {
      if (compare(state.ballot, ballot) !== 0) return undefined
      const accepts = sorted([...state.accepts.filter((node) => node !== from), from])
      if (accepts.length !== majority) return { ...state, accepts }
      broadcast(['Decided', ballot, state.proposal])
      send(state.proposal![1], ['PutOk', state.proposal![0]])
      return { ...state, accepts, decided: true }
    }
    case 'Decided':
      return { ...state, ballot, accepted: [ballot, message[2] as Proposal], decided: true }
    default:
      return undefined
  }
}

/** With promises of a majority, the value accepted at the highest ballot is proposed, or the own one if there is none. */
function onPrepared(
  majority: number,
  self: number,
  state: PaxosState,
  from: number,
  last: Accepted,
  broadcast: (message: Message) => void,
): PaxosState {
  const others = state.prepares.filter(([node]) => node !== from)
  const prepares = [...others, [from, last] as const].sort(([a], [b]) => a - b)
  if (prepares.length !== majority) return { ...state, prepares }
  let highest: Accepted = null
  for (const [, accepted] of prepares) {
    if (accepted !== null && (highest === null || compare(accepted[0], highest[0]) > 0)) highest = accepted
  }
  const proposal = highest === null ? state.proposal! : highest[1]
  broadcast(['Accept', state.ballot, proposal])
  const accepts = sorted([...state.accepts.filter((node) => node !== self), self])
  return { ...state, prepares, proposal, accepted: [state.ballot, proposal], accepts }
}

function compare(a: Ballot, b: Ballot): number {
  return a[0] === b[0] ? a[1] - b[1] : a[0] - b[0]
}

function sorted(nodes: number[]): number[] {
  return nodes.sort((a, b) => a - b)
}
