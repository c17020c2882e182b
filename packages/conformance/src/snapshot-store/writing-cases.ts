import { type SnapshotMeta, majorityOf } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame, codeOf, isCode } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { bytesOf, metaAt, withSnapshots } from './snapshot-session.ts'
import type { SnapshotStoreMeans, SnapshotStoreSubject } from './subject.ts'

const store = 'core, SnapshotStore'
const writer = 'core, SnapshotWriter'

/** How snapshots come into a store, and leave it. */
export const writingCases: readonly CaseSpec<SnapshotStoreSubject, SnapshotStoreMeans>[] = [
  {
    name: 'a new store has no snapshot',
    rule: 'The list has the complete snapshots, and at first there are none.',
    source: store,
    run: (subject) => withSnapshots(subject, async (snapshots) => snapshots.checkList([], 'at first')),
  },
  {
    name: 'what is committed is listed, oldest first, and can be loaded',
    rule: 'A committed snapshot is visible whole; the list is in order of age.',
    source: store,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(5), bytesOf(10), bytesOf(20, 2))
        await snapshots.put(metaAt(3), bytesOf(7, 3))
        await snapshots.put(metaAt(9), bytesOf(8, 4))
        snapshots.checkList([metaAt(3), metaAt(5), metaAt(9)], 'after three commits')
        const expected = Uint8Array.of(...bytesOf(10), ...bytesOf(20, 2))
        checkSame(snapshots.content(metaAt(5)), expected, 'the content')
      }),
  },
  {
    name: 'nothing is visible before it is committed',
    rule: 'Nothing of a snapshot is visible before `commit`.',
    source: writer,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const one = snapshots.store.create(metaAt(4))
        await snapshots.add(one, bytesOf(5000))
        snapshots.checkList([], 'before the commit')
        check((await snapshots.reader(metaAt(4))) === undefined, () => 'it could be opened before its commit')
        check(
          codeOf(() => snapshots.content(metaAt(4))) !== 'none',
          () => 'it could be loaded before its commit',
        )
        await snapshots.commit(one)
        snapshots.checkList([metaAt(4)], 'after the commit')
      }),
  },
  {
    name: 'the offset counts the bytes taken',
    rule: '`offset` is where a broken transfer goes on: the bytes taken so far.',
    source: writer,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const one = snapshots.store.create(metaAt(1))
        let taken = 0
        for (const length of [0, 1, 999, 1000, 1001, 70_000, 0, 3]) {
          checkSame(one.offset, taken, 'the offset')
          await snapshots.add(one, bytesOf(length))
          taken += length
        }
        checkSame(one.offset, taken, 'the offset')
        await snapshots.commit(one)
        checkSame(snapshots.content(metaAt(1)).length, taken, 'the bytes stored')
      }),
  },
  {
    name: 'a piece belongs to its owner again once it is taken',
    rule: 'A writer takes a piece until its `done`; what happens to those bytes then does not matter.',
    source: writer,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const one = snapshots.store.create(metaAt(1))
        const piece = new Uint8Array(300)
        for (let i = 1; i <= 5; i++) {
          piece.fill(i)
          await snapshots.add(one, piece)
        }
        piece.fill(0)
        await snapshots.commit(one)
        const expected = new Uint8Array(1500).map((_, i) => 1 + Math.floor(i / 300))
        checkSame(snapshots.content(metaAt(1)), expected, 'the content')
      }),
  },
  {
    name: 'empty and large snapshots are kept',
    rule: 'A snapshot may be of any size, and its pieces too.',
    source: store,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(1))
        checkSame(snapshots.content(metaAt(1)).length, 0, 'the length of an empty snapshot')
        await snapshots.put(metaAt(2), bytesOf(3_000_000), bytesOf(1, 2), bytesOf(0), bytesOf(300_000, 3))
        const expected = new Uint8Array(3_300_001)
        expected.set(bytesOf(3_000_000))
        expected.set(bytesOf(1, 2), 3_000_000)
        expected.set(bytesOf(300_000, 3), 3_000_001)
        checkSame(snapshots.content(metaAt(2)), expected, 'the content')
      }),
  },
  {
    name: 'an aborted snapshot is forgotten',
    rule: '`abort` forgets what was written: it is never visible, and the same snapshot can be begun again.',
    source: writer,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const one = snapshots.store.create(metaAt(1))
        await snapshots.add(one, bytesOf(5000))
        one.abort()
        snapshots.checkList([], 'after an abort')
        await snapshots.put(metaAt(1), bytesOf(10))
        checkSame(snapshots.content(metaAt(1)), bytesOf(10), 'the content of the second attempt')
      }),
  },
  {
    name: 'two snapshots can be written at once',
    rule: 'A replica may build one snapshot while it receives another.',
    source: store,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const [a, b] = [snapshots.store.create(metaAt(1)), snapshots.store.create(metaAt(2))]
        for (let i = 0; i < 4; i++) {
          await snapshots.add(a, bytesOf(1500, i))
          await snapshots.add(b, bytesOf(1100, 50 + i))
        }
        await snapshots.commit(b)
        snapshots.checkList([metaAt(2)], 'after the second’s commit')
        await snapshots.commit(a)
        snapshots.checkList([metaAt(1), metaAt(2)], 'after both')
        checkSame(snapshots.content(metaAt(1)).subarray(0, 1500), bytesOf(1500, 0), 'the first begins with')
        checkSame(snapshots.content(metaAt(2)).subarray(3300), bytesOf(1100, 53), 'the second ends with')
      }),
  },
  {
    name: 'snapshots of one index are told apart by their epochs',
    rule: 'A snapshot is named by its index and epoch: another epoch is another snapshot, the same one is replaced.',
    source: 'core, SnapshotMeta and usableSnapshot',
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(5, 2), bytesOf(9, 2))
        await snapshots.put(metaAt(5, 1), bytesOf(9, 1))
        await snapshots.put(metaAt(5, 2), bytesOf(9, 3))
        snapshots.checkList([metaAt(5, 1), metaAt(5, 2)], 'after three commits')
        checkSame(snapshots.content(metaAt(5, 1)), bytesOf(9, 1), 'epoch 1 holds')
        checkSame(snapshots.content(metaAt(5, 2)), bytesOf(9, 3), 'epoch 2 holds')
      }),
  },
  {
    name: 'what is not there is said to be missing',
    rule: 'Opening or loading a snapshot that is not there is an error; `load` throws a QuorateError.',
    source: store,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(1), bytesOf(9))
        for (const meta of [metaAt(2), metaAt(1, 2)]) {
          check((await snapshots.reader(meta)) === undefined, () => 'a missing snapshot was opened')
          const code = codeOf(() => snapshots.content(meta))
          check(isCode(code), () => `loading a missing snapshot: ${code}`)
        }
      }),
  },
  {
    name: 'prune forgets what is older, and nothing else',
    rule: '`prune` forgets every snapshot older than the one named, which stays.',
    source: store,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        for (let index = 1; index <= 4; index++) await snapshots.put(metaAt(index), bytesOf(50, index))
        snapshots.store.prune(metaAt(3))
        snapshots.checkList([metaAt(3), metaAt(4)], 'after prune at 3')
        checkSame(snapshots.content(metaAt(3)), bytesOf(50, 3), 'the content')
        check((await snapshots.reader(metaAt(2))) === undefined, () => 'a pruned snapshot was opened')
        await snapshots.put(metaAt(2), bytesOf(50, 9))
        checkSame(snapshots.content(metaAt(2)), bytesOf(50, 9), 'written again after prune, it holds')
      }),
  },
  {
    name: 'committed snapshots are there after reopening, with their membership',
    rule: 'A committed snapshot is durable: its content, and its index, epoch and membership.',
    source: store,
    needs: ['reopen'],
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const old = majorityOf([1, 2, 3])
        const quorums = { type: 'joint', old: old.quorums, next: majorityOf([3, 4, 5]).quorums } as const
        const changing: SnapshotMeta = { index: 8, epoch: 3, membership: { quorums, observers: [9] } }
        await snapshots.put(metaAt(4), bytesOf(2500))
        await snapshots.put(changing, bytesOf(10, 2))
        snapshots.store.create(metaAt(11)).write(bytesOf(4000), () => {})
        const again = await snapshots.reopen()
        again.checkList([metaAt(4), changing], 'after reopening')
        checkSame(again.content(metaAt(4)), bytesOf(2500), 'the content')
        checkSame(again.content(changing), bytesOf(10, 2), 'the content')
        return again
      }),
  },
]
