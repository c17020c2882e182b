import type { Input, RejectReason, Reply, SnapshotOrder } from '@quorate/core'

/** A type that a compiler checks to be named in full: a record has every key. */
type Named<T extends string> = Readonly<Record<T, string>>

/** What a host can tell an engine, and the mark it leaves. */
export const inputMarks: Named<Input['type']> = {
  receive: 'input: receive',
  peerUp: 'input: peerUp',
  peerDown: 'input: peerDown',
  timeout: 'input: timeout',
  propose: 'input: propose',
  read: 'input: read',
  reconfigure: 'input: reconfigure',
  transfer: 'input: transfer',
  persisted: 'input: persisted',
  persistFailed: 'input: persistFailed',
  applied: 'input: applied',
  fetched: 'input: fetched',
  snapshotBuilt: 'input: snapshotBuilt',
  snapshotReceived: 'input: snapshotReceived',
  snapshotSent: 'input: snapshotSent',
  snapshotFailed: 'input: snapshotFailed',
}

/** What an engine can answer. */
export const replyMarks: Named<Reply['type']> = {
  readReady: 'reply: readReady',
  done: 'reply: done',
  rejected: 'reply: rejected',
  abandoned: 'reply: abandoned',
}

/** Why an engine can turn a request down. */
export const rejectMarks: Named<RejectReason> = {
  'not-leader': 'rejected: not-leader',
  'no-leader': 'rejected: no-leader',
  'leadership-lost': 'rejected: leadership-lost',
  overloaded: 'rejected: overloaded',
  'not-supported': 'rejected: not-supported',
  'not-member': 'rejected: not-member',
  'invalid-membership': 'rejected: invalid-membership',
  'change-pending': 'rejected: change-pending',
  'catch-up-failed': 'rejected: catch-up-failed',
  witness: 'rejected: witness',
  transferring: 'rejected: transferring',
  'invalid-target': 'rejected: invalid-target',
  'transfer-failed': 'rejected: transfer-failed',
  stopping: 'rejected: stopping',
}

/** What an engine can ask of the host's snapshots. */
export const snapshotMarks: Named<SnapshotOrder<never>['type']> = {
  build: 'snapshot: build',
  send: 'snapshot: send',
  install: 'snapshot: install',
}

export const resetMark = 'link: reset'
export const fetchMark = 'log: fetch'

/** Every mark of the seam between an engine and its host: the same for all protocols. */
export const seamMarks: readonly string[] = [
  ...Object.values(inputMarks),
  ...Object.values(replyMarks),
  ...Object.values(rejectMarks),
  ...Object.values(snapshotMarks),
  resetMark,
  fetchMark,
]
