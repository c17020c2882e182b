import { encodeMembership, majorityOf } from '@quorate/core'
import { checkSame } from '../suite/compare.ts'
import { type Spec, compact, install, leaves, truncate } from './leaves.ts'
import { withLog } from './log-session.ts'
import { append, hardState } from './samples.ts'

/** What each operation means. */
export const operationCases: readonly Spec[] = [
  leaves(
    'append replaces everything from its first index on',
    'The entries of an append replace all entries from the first one’s index on, also those behind its last.',
    'append',
    [append(1, 10)],
    [append(4, 5, 2)],
  ),
  leaves(
    'entries keep every field',
    'An entry comes back with its index, epoch, time, kind, request and data as they were.',
    'append',
    [append(1, 35)],
    [append(36, 36, 2 ** 40)],
  ),
  leaves(
    'empty and large entries are kept',
    'Data may be empty, or as large as a transport carries.',
    'append',
    [append(1, 2, 1, 0)],
    [append(3, 3, 1, 3_000_000)],
    [append(4, 60, 1, 2000), append(61, 61, 1, 0)],
  ),
  ...[11, 5, 0].map((index) =>
    leaves(
      `truncateAfter(${index}) drops what is above ${index}, and nothing else`,
      'truncateAfter drops every entry above its index. An index at or above the last drops nothing.',
      'truncateAfter',
      [hardState(9), append(1, 11)],
      [truncate(index)],
      [append(Math.min(index, 11) + 1, Math.min(index, 11) + 2, 2)],
    ),
  ),
  leaves(
    'truncation leaves the hard state and the base alone',
    'truncateAfter changes entries and ballots only.',
    'truncateAfter',
    [append(1, 9), hardState(1, 2)],
    [compact(3)],
    [truncate(3), truncate(3)],
  ),
  leaves(
    'installSnapshot above the log drops it',
    'A snapshot above the log, or of another entry at its index, replaces all entries. The hard state stays.',
    'installSnapshot',
    [append(1, 5), hardState(3)],
    [install(9, 2)],
    [append(10, 12, 2)],
  ),
  leaves(
    'installSnapshot drops entries that disagree with it',
    'Entries above the snapshot are dropped if the entry at its index has another epoch.',
    'installSnapshot',
    [append(1, 9)],
    [install(4, 2)],
  ),
  leaves(
    'installSnapshot keeps entries that agree with it',
    'Entries above the snapshot stay if the entry at its index has the snapshot’s epoch.',
    'installSnapshot',
    [append(1, 9)],
    [install(4, 1)],
  ),
  ...[0, 5, 20].map((index) =>
    leaves(
      `compactTo(${index}) forgets up to ${index}, and keeps the rest`,
      'compactTo forgets entries up to its index; the base tells where the log starts.',
      'compactTo',
      [append(1, 20), hardState(1)],
      [compact(index)],
      [append(21, 22)],
    ),
  ),
  leaves(
    'compactTo below the base changes nothing',
    'The base never goes back.',
    'compactTo',
    [append(1, 20)],
    [compact(10)],
    [compact(4)],
  ),
  {
    name: 'the base keeps the membership that it was given',
    rule: 'The membership in force at a snapshot’s index comes back with the base, also one that is changing.',
    source: 'core, SnapshotMeta',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (log) => {
        const old = majorityOf([1, 2, 3], [8, 9])
        const quorums = { type: 'joint', old: old.quorums, next: majorityOf([2, 3, 4]).quorums } as const
        const base = { index: 7, epoch: 2, membership: { quorums, observers: old.observers } }
        await log.write({ type: 'installSnapshot', meta: base })
        const again = await log.reopen()
        checkSame(again.image.base?.index, 7, 'the base’s index')
        const { membership = old } = again.image.base ?? {}
        checkSame(encodeMembership(membership), encodeMembership(base.membership), 'the membership')
        return again
      }),
  },
]
