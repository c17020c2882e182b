import { invariantNames } from '@quorate/sim'
import type { LineReader } from './line-reader.ts'
import { parseMembership } from './parse-membership.ts'
import type { Condition, ExpectedAnswer } from './statement.ts'

const roles = ['leader', 'follower', 'candidate', 'observer'] as const
const statuses = ['waiting', 'committed', 'ready', 'done', 'abandoned', 'lost', 'rejected', 'sees'] as const

/** What follows `expect` and `until`. */
export function parseCondition(reader: LineReader): Condition {
  const word = reader.oneOf('condition', Object.keys(conditions) as ConditionWord[])
  return conditions[word](reader)
}

type ConditionWord = keyof typeof conditions

const conditions = {
  no: (reader: LineReader): Condition => {
    reader.words('leader')
    return { what: 'leader', node: undefined }
  },
  leader: (reader: LineReader): Condition => ({ what: 'leader', node: reader.node() }),
  role: (reader: LineReader): Condition => ({
    what: 'role',
    node: reader.node(),
    role: reader.oneOf('role', roles),
  }),
  phase: (reader: LineReader): Condition => ({
    what: 'phase',
    node: reader.node(),
    phase: reader.take('word', "a phase's name"),
  }),
  commit: (reader: LineReader): Condition => number(reader, 'commit', 'an index'),
  last: (reader: LineReader): Condition => number(reader, 'last', 'an index'),
  epoch: (reader: LineReader): Condition => number(reader, 'epoch', 'an epoch'),
  members: (reader: LineReader): Condition => ({
    what: 'members',
    node: reader.node(),
    membership: parseMembership(reader),
  }),
  changing: (reader: LineReader): Condition => ({ what: 'changing', node: reader.node() }),
  applied: (reader: LineReader): Condition => commands(reader, 'applied'),
  disk: (reader: LineReader): Condition => commands(reader, 'disk'),
  same: (reader: LineReader): Condition => {
    reader.words('logs')
    return { what: 'same logs' }
  },
  primary: (reader: LineReader): Condition => {
    reader.words('order')
    return { what: 'primary order' }
  },
  running: (reader: LineReader): Condition => ({ what: 'running', node: reader.node() }),
  writing: (reader: LineReader): Condition => ({ what: 'writing', node: reader.node() }),
  under: (reader: LineReader): Condition => {
    reader.words('way')
    const messageType = reader.take('word', "a message's type")
    return { what: 'under way', messageType, link: reader.isAtEnd ? undefined : reader.links() }
  },
  answer: (reader: LineReader): Condition => ({
    what: 'answer',
    request: reader.text("a request's name"),
    answer: parseAnswer(reader),
  }),
  violation: (reader: LineReader): Condition => ({
    what: 'violation',
    // In quotes: one of the engine's monitor, whose names have spaces in them.
    invariant: reader.isAtEnd
      ? undefined
      : (reader.accept('text') ?? reader.oneOf('invariant', invariantNames)),
  }),
}

function number(reader: LineReader, what: 'commit' | 'last' | 'epoch', expected: string): Condition {
  return { what, node: reader.node(), value: reader.count(expected) }
}

function commands(reader: LineReader, what: 'applied' | 'disk'): Condition {
  return { what, node: reader.node(), texts: reader.texts('a command, or "nothing",') }
}

function parseAnswer(reader: LineReader): ExpectedAnswer {
  const status = reader.oneOf('answer', statuses)
  if (status === 'sees') return { status, texts: reader.texts('a command, or "nothing",') }
  if (status !== 'rejected') return { status }
  return { status, reason: reader.accept('word') }
}
