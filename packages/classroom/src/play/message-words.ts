import type { MessageView } from '@quorate/scenario'
import type { Shown } from './shown.ts'

type Fields = MessageView['fields']
type Teller = (fields: Fields, shown: Shown) => string | undefined

const ballot: Teller = ({ round, node }, { ballots }) =>
  ballots ? `for ballot ${String(round)}.${String(node)}` : undefined

/** What a message says beyond its type, by engine and type: as far as there are words for it. */
const tellers: Readonly<Record<string, Readonly<Record<string, Teller>>>> = {
  raft: {
    RequestPreVoteResponse: ({ granted }, { votes }) =>
      votes ? `would ${granted === true ? '' : 'not '}vote` : yesOrNo(granted),
    RequestVoteResponse: ({ granted }, { votes }) =>
      votes ? `vote ${granted === true ? 'given' : 'refused'}` : yesOrNo(granted),
    AppendEntriesResponse: ({ success }) => (success === true ? 'accepted' : 'refused'),
  },
  zab: {
    NOTIFICATION: ({ leader, state }, { roles, votes }) =>
      roles ? opinion(leader, state, votes) : undefined,
    ACKEPOCH: ({ counts }, { votes }) => (votes && counts === false ? 'does not count' : undefined),
    TRUNC: ({ index }, { logs }) => (logs ? `cut off after ${String(index)}` : undefined),
  },
  'multi-paxos': {
    Prepare: ballot,
    Promise: ballot,
    Accept: ballot,
    Accepted: ballot,
    Refuse: ({ promisedRound, promisedNode }, { ballots }) =>
      ballots ? `has seen ballot ${String(promisedRound)}.${String(promisedNode)}` : undefined,
  },
}

function yesOrNo(granted: unknown): string {
  return granted === true ? 'yes' : 'no'
}

/** Who looks for a leader says for whom it is; who has one says so. */
function opinion(leader: unknown, state: unknown, votes: boolean): string {
  if (state === 'LEADING') return 'I lead'
  if (state === 'FOLLOWING' || state === 'OBSERVING') return `I follow node ${String(leader)}`
  return `${votes ? 'vote ' : ''}for ${leader === 0 ? 'nobody' : `node ${String(leader)}`}${votes ? '' : ' as leader'}`
}

/** `RequestVoteResponse (vote given)`: a message's type, and what it says that decides something. */
export function messageWords({ type, fields }: MessageView, engine: string, shown: Shown): string {
  const told = tellers[engine]?.[type]?.(fields, shown)
  if (told === undefined) return type
  return told.startsWith('for ballot') ? `${type} ${told}` : `${type} (${told})`
}
