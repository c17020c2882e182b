import { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { breach } from '../suite/failure.ts'
import { type SnapshotSession, bytesOf, metaAt, withSnapshots } from './snapshot-session.ts'
import type { SnapshotStoreMeans, SnapshotStoreSubject } from './subject.ts'

const source = 'core, SnapshotReader'

/** How snapshots are read piece by piece. */
export const readingCases: readonly CaseSpec<SnapshotStoreSubject, SnapshotStoreMeans>[] = [
  {
    name: 'a reader knows what it reads, and how much',
    rule: 'A reader tells the snapshot’s index, epoch and membership, and its bytes in all.',
    source,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(6, 2), bytesOf(1234), bytesOf(4321))
        const reader = await opened(snapshots, 6, 2)
        checkSame([reader.meta, reader.size], [metaAt(6, 2), 5555], 'meta and size')
        reader.close()
      }),
  },
  {
    name: 'any range can be read, in any order',
    rule: 'A read gives up to `length` bytes from `offset`: fewer at the end only, none behind it.',
    source,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const content = bytesOf(9001)
        await snapshots.put(metaAt(1), content.subarray(0, 4000), content.subarray(4000))
        const reader = await opened(snapshots, 1)
        const random = new Random(1)
        const ranges = [
          [0, 9001],
          [0, 1],
          [9000, 5],
          [9001, 5],
          [20_000, 5],
          [5, 0],
        ]
        for (let i = 0; i < 40; i++) ranges.push([random.integer(0, 9100), random.integer(1, 3000)])
        for (const [offset = 0, length = 0] of ranges) {
          const piece = await snapshots.read(reader, offset, length)
          checkSame(piece, content.subarray(offset, offset + length), `read(${offset}, ${length}) gave`)
        }
        reader.close()
      }),
  },
  {
    name: 'a reader outlives prune and replacement',
    rule: 'A snapshot that is being read is not taken away from its reader.',
    source: `${source}; DESIGN 4, snapshot transfer`,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        await snapshots.put(metaAt(1), bytesOf(5000))
        await snapshots.put(metaAt(2), bytesOf(5000, 2))
        const [old, current] = [await opened(snapshots, 1), await opened(snapshots, 2)]
        snapshots.store.prune(metaAt(2))
        await snapshots.put(metaAt(2), bytesOf(5000, 2))
        checkSame(
          await snapshots.read(old, 100, 4000),
          bytesOf(5000).subarray(100, 4100),
          'the pruned one gave',
        )
        checkSame(await snapshots.read(current, 0, 5000), bytesOf(5000, 2), 'the one written again gave')
        snapshots.checkList([metaAt(2)], 'after prune')
        old.close()
        current.close()
        checkSame(snapshots.content(metaAt(2)), bytesOf(5000, 2), 'the content then')
      }),
  },
  {
    name: 'several readers read at once',
    rule: 'Readers of one snapshot do not disturb each other.',
    source,
    run: (subject) =>
      withSnapshots(subject, async (snapshots) => {
        const content = bytesOf(6000)
        await snapshots.put(metaAt(1), content)
        const [a, b] = [await opened(snapshots, 1), await opened(snapshots, 1)]
        for (let offset = 0; offset < 6000; offset += 700) {
          checkSame(await snapshots.read(a, offset, 700), content.subarray(offset, offset + 700), 'one gave')
          const end = 6000 - offset
          checkSame(
            await snapshots.read(b, Math.max(0, end - 700), 700),
            content.subarray(Math.max(0, end - 700)).subarray(0, 700),
            'the other gave',
          )
          if (offset === 3500) b.close()
          if (offset === 3500) break
        }
        checkSame(
          await snapshots.read(a, 5000, 1000),
          content.subarray(5000),
          'after the other closed it gave',
        )
        a.close()
      }),
  },
]

/** A reader of what must be there. */
async function opened(snapshots: SnapshotSession, index: number, epoch = 1) {
  const reader = await snapshots.reader(metaAt(index, epoch))
  return reader ?? breach(`the snapshot at ${index} could not be opened`)
}
