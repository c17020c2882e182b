import type { ReadMode } from '@quorate/core'
import type { LineReader } from './line-reader.ts'
import { parseCondition } from './parse-condition.ts'
import { parseMembership } from './parse-membership.ts'
import type { Act, Condition, FlightPattern, HoldPattern } from './statement.ts'

const modes: readonly ReadMode[] = ['linearizable', 'lease', 'sequential']

/** One statement: a verb and what belongs to it. */
export function parseAct(reader: LineReader): Act {
  const verb = reader.oneOf('statement', Object.keys(acts) as Verb[])
  const act = acts[verb](reader)
  reader.end()
  return act
}

type Verb = keyof typeof acts

/** The verbs of the language, in the order in which the README lists them. */
const acts = {
  start: (reader: LineReader): Act => ({ verb: 'start', nodes: reader.nodes() }),
  restart: (reader: LineReader): Act => ({ verb: 'restart', nodes: reader.nodes() }),
  crash: parseCrash,
  elect: (reader: LineReader): Act => ({ verb: 'elect', node: reader.isAtEnd ? undefined : reader.node() }),
  propose: (reader: LineReader): Act => ({
    verb: 'propose',
    node: reader.node(),
    texts: [reader.text('a command'), ...(reader.isAtEnd ? [] : reader.texts('a command'))],
  }),
  read: parseRead,
  reconfigure: (reader: LineReader): Act => ({
    verb: 'reconfigure',
    node: reader.node(),
    membership: parseMembership(reader),
    as: parseName(reader),
  }),
  transfer: parseTransfer,
  timeout: (reader: LineReader): Act => ({
    verb: 'timeout',
    node: reader.node(),
    timer: reader.accept('word'),
  }),
  deliver: parseDeliver,
  drop: (reader: LineReader): Act => ({ verb: 'drop', what: parseFlights(reader) }),
  duplicate: (reader: LineReader): Act => ({ verb: 'duplicate', what: parseFlights(reader) }),
  hold: (reader: LineReader): Act => ({ verb: 'hold', what: parseHold(reader) }),
  release: (reader: LineReader): Act => ({
    verb: 'release',
    what: reader.isAtEnd ? 'all' : parseHold(reader),
  }),
  cut: (reader: LineReader): Act => ({ verb: 'cut', links: reader.links() }),
  heal: (reader: LineReader): Act => ({ verb: 'heal', links: reader.isAtEnd ? 'all' : reader.links() }),
  isolate: (reader: LineReader): Act => ({ verb: 'isolate', node: reader.node() }),
  rejoin: (reader: LineReader): Act => ({ verb: 'rejoin', node: reader.node() }),
  freeze: (reader: LineReader): Act => ({ verb: 'freeze', node: reader.node() }),
  thaw: (reader: LineReader): Act => ({ verb: 'thaw', node: reader.node() }),
  pause: (reader: LineReader): Act => parseWrites(reader, 'pause'),
  resume: (reader: LineReader): Act => parseWrites(reader, 'resume'),
  persist: parsePersist,
  clock: parseClock,
  snapshot: (reader: LineReader): Act => ({ verb: 'snapshot', node: reader.node() }),
  run: (reader: LineReader): Act => ({
    verb: 'run',
    milliseconds: reader.duration(),
    until: parseUntil(reader),
  }),
  wait: (reader: LineReader): Act => ({ verb: 'wait', milliseconds: reader.duration() }),
  settle: (): Act => ({ verb: 'settle' }),
  expect: (reader: LineReader): Act => {
    const isNegated = reader.accept('word', 'not') !== undefined
    return { verb: 'expect', isNegated, condition: parseCondition(reader) }
  },
  note: (reader: LineReader): Act => ({ verb: 'note', words: reader.take('text', 'text in quotes') }),
}

/** Every word that a statement can begin with. */
export const verbs: readonly string[] = Object.keys(acts)

/** `crash 1`, `crash 1 before fsync`, `crash 1 after fsync`, `crash 1 keeping 2`. */
function parseCrash(reader: LineReader): Act {
  const nodes = reader.nodes()
  if (reader.isAtEnd) return { verb: 'crash', nodes, keep: 0 }
  const moment = reader.oneOf('moment', ['before', 'after', 'keeping'])
  if (moment === 'keeping') return { verb: 'crash', nodes, keep: reader.count('a number of writes') }
  reader.words('fsync')
  return { verb: 'crash', nodes, keep: moment === 'after' ? 'all' : 0 }
}

/** `read 1`, `read 1 sequential as r1`. */
function parseRead(reader: LineReader): Act {
  const node = reader.node()
  const hasMode = !reader.isAtEnd && !reader.peeks('word', 'as')
  const mode = hasMode ? reader.oneOf('kind of read', modes) : 'linearizable'
  return { verb: 'read', node, mode, as: parseName(reader) }
}

/** `transfer 1 to 3`, and a name. */
function parseTransfer(reader: LineReader): Act {
  const node = reader.node()
  reader.words('to')
  return { verb: 'transfer', node, to: reader.node(), as: parseName(reader) }
}

function parseName(reader: LineReader): string | undefined {
  return reader.accept('word', 'as') === undefined ? undefined : reader.text('a name')
}

/** `deliver`, `deliver all`, `deliver until …`, `deliver 1 -> 2`, `deliver 1 -> 2 Heartbeat #2`. */
function parseDeliver(reader: LineReader): Act {
  if (reader.isAtEnd) return { verb: 'deliver', what: 'next', until: undefined }
  const isAll = reader.accept('word', 'all') !== undefined
  const until = parseUntil(reader)
  if (isAll || until !== undefined) return { verb: 'deliver', what: 'all', until }
  return { verb: 'deliver', what: parseFlights(reader), until: undefined }
}

function parseUntil(reader: LineReader): Condition | undefined {
  return reader.accept('word', 'until') === undefined ? undefined : parseCondition(reader)
}

/** `1 -> 2`, then a type, then `#2` or `all`. */
function parseFlights(reader: LineReader): FlightPattern {
  const from = reader.node()
  reader.take('->', '"->"')
  const to = reader.node()
  const messageType = reader.peeks('word', 'all') ? undefined : reader.accept('word')
  if (reader.accept('word', 'all') !== undefined) return { from, to, messageType, position: 'all' }
  const position = Number(reader.accept('position') ?? 1)
  if (position === 0) throw reader.error('messages are counted from #1, the oldest')
  return { from, to, messageType, position }
}

function parseHold(reader: LineReader): HoldPattern {
  const from = reader.nodeList()
  reader.take('->', '"->"')
  return { from, to: reader.nodeList(), messageType: reader.accept('word') }
}

function parseWrites(reader: LineReader, verb: 'pause' | 'resume'): Act {
  reader.words('writes')
  return { verb, nodes: reader.nodes() }
}

/** `clock 1 rate 0.95`. */
function parseClock(reader: LineReader): Act {
  const nodes = reader.nodes()
  reader.words('rate')
  return { verb: 'clock', nodes, rate: reader.rate() }
}

/** `persist 1`: its oldest write; `persist 1 2`, `persist 1 all`. */
function parsePersist(reader: LineReader): Act {
  const node = reader.node()
  if (reader.isAtEnd) return { verb: 'persist', node, count: 1 }
  const isAll = reader.accept('word', 'all') !== undefined
  return { verb: 'persist', node, count: isAll ? 'all' : reader.count('a number of writes') }
}
