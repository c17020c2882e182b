import { initialValue, type Message, type Send, type Server } from './register-system.ts'

type Stamp = readonly [clock: number, node: number]

interface Query {
  readonly request: number
  readonly client: number
  readonly write: string | null
  readonly responses: readonly (readonly [node: number, stamp: Stamp, value: string])[]
}

interface Recording {
  readonly request: number
  readonly client: number
  readonly read: string | null
  readonly acks: readonly number[]
}

interface AbdState {
  readonly stamp: Stamp
  readonly value: string
  readonly query: Query | null
  readonly recording: Recording | null
}

/** Attiya, Bar-Noy and Dolev's register: ask a majority for the latest value, then have a majority record it. */
export function abd(servers: number): Server<AbdState> {
  const majority = (servers >> 1) + 1
  return {
    start: (self) => ({ stamp: [0, self], value: initialValue, query: null, recording: null }),
    receive(self, state, from, message, send) {
      const broadcast = (sent: Message): void => {
        for (let peer = 0; peer < servers; peer++) if (peer !== self) send(peer, sent)
      }
      return receive(majority, self, state, from, message, send, broadcast)
    },
  }
}

function receive(
  majority: number,
  self: number,
  state: AbdState,
  from: number,
  message: Message,
  send: Send,
  broadcast: (message: Message) => void,
): AbdState | undefined {
  const request = message[1] as number
  const { query, recording } = state
  switch (message[0]) {
    case 'Put':
    case 'Get': {
      if (query !== null || recording !== null) return undefined
      broadcast(['Query', request])
      const write = message[0] === 'Put' ? (message[2] as string) : null
      const responses = [[self, state.stamp, state.value] as const]
      return { ...state, query: { request, client: from, write, responses } }
    }
    case 'Query':
      send(from, ['AckQuery', request, state.stamp, state.value])
      return undefined
    case 'AckQuery': {
      if (query?.request !== request) return undefined
      const responses = [...query.responses, [from, message[2] as Stamp, message[3] as string] as const]
      const known = { ...query, responses: responses.sort(([a], [b]) => a - b) }
      if (responses.length < majority) return { ...state, query: known }
      return beginRecording(self, state, known, broadcast)
    }
    case 'Record': {
      send(from, ['AckRecord', request])
      const stamp = message[2] as Stamp
      return isLater(stamp, state.stamp) ? { ...state, stamp, value: message[3] as string } : undefined
    }
    case 'AckRecord': {
      if (recording?.request !== request || recording.acks.includes(from)) return undefined
      const acks = [...recording.acks, from].sort((a, b) => a - b)
      if (acks.length < majority) return { ...state, recording: { ...recording, acks } }
      send(
        recording.client,
        recording.read === null ? ['PutOk', request] : ['GetOk', request, recording.read],
      )
      return { ...state, recording: null }
    }
    default:
      return undefined
  }
}

function beginRecording(
  self: number,
  state: AbdState,
  { request, client, write, responses }: Query,
  broadcast: (message: Message) => void,
): AbdState {
  const [, latest, held] = responses.reduce((a, b) => (isLater(b[1], a[1]) ? b : a))
  const stamp: Stamp = write === null ? latest : [latest[0] + 1, self]
  const value = write ?? held
  broadcast(['Record', request, stamp, value])
  const own = isLater(stamp, state.stamp) ? { stamp, value } : { stamp: state.stamp, value: state.value }
  return {
    ...own,
    query: null,
    recording: { request, client, read: write === null ? held : null, acks: [self] },
  }
}

function isLater(a: Stamp, b: Stamp): boolean {
  return a[0] === b[0] ? a[1] > b[1] : a[0] > b[0]
}
