import type { SessionOperation } from './session-operation.ts'

/** The guarantees, each by the name of what breaks it. */
export type SessionViolationName =
  | 'monotonic-reads'
  | 'read-your-writes'
  | 'monotonic-writes'
  | 'writes-follow-reads'
  | 'write-order'
  | 'future-read'
  | 'duplicate-zxid'
  | 'wrong-answer'
  | 'stale-after-sync'
  | 'stale-after-event'
  | 'late-event'
  | 'missing-event'
  | 'unexpected-event'
  | 'no-order'

/** What was broken, and by which operations: these in order, with the words that go between them. */
export interface SessionViolation {
  readonly name: SessionViolationName
  readonly parts: readonly (string | SessionOperation)[]
}

/** What each name means, for people. */
export const sessionGuarantees: Readonly<Record<SessionViolationName, string>> = {
  'monotonic-reads': 'a session sees no state older than one that it saw before',
  'read-your-writes': 'a session sees its own writes',
  'monotonic-writes': 'the writes of a session take effect in the order in which it called them',
  'writes-follow-reads': 'a write comes after all that its session had read',
  'write-order': 'a write called after another had returned comes after it',
  'future-read': 'nothing is seen before it was called',
  'duplicate-zxid': 'each transaction has a number of its own',
  'wrong-answer': 'an answer is that of the state that all transactions up to its zxid make',
  'stale-after-sync': 'after a sync a session sees all that was acknowledged before it',
  'stale-after-event': 'after an event a session sees the change that it was told of',
  'late-event': 'a session is told of a change that it watches before it sees anything of it',
  'missing-event': 'a session is told of a change that it watches before it sees anything of it',
  'unexpected-event': 'an event is for a watch that was set, and for each but once',
  'no-order': 'there is one order of all operations that explains every answer',
}
