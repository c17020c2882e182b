import { concatenate } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame, codeOf, isCode, isSame, show } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import { atEveryStep, takeSteps } from '../suite/steps.ts'
import { bytesOf, metaAt, openSnapshots, withSnapshots } from './snapshot-session.ts'
import type { SnapshotStoreMeans, SnapshotStoreSubject } from './subject.ts'

type Spec = CaseSpec<SnapshotStoreSubject, SnapshotStoreMeans>

/** What crashes and damage do to snapshots. */
export const crashCases: readonly Spec[] = [
  {
    name: 'a committed snapshot outlives a crash, an uncommitted one is gone',
    rule: '`commit` makes the snapshot durable, whole or not at all.',
    source: 'core, SnapshotWriter.commit',
    needs: ['crash'],
    async run(subject) {
      for (const keep of ['nothing', 'some'] as const) {
        await withSnapshots(subject, async (snapshots) => {
          await snapshots.put(metaAt(1), bytesOf(5000))
          await snapshots.add(snapshots.store.create(metaAt(2)), bytesOf(5000, 2))
          await snapshots.place.crash?.(keep)
          const again = await openSnapshots(snapshots.place, subject.patience)
          again.checkList([metaAt(1)], 'after the crash')
          checkSame(again.content(metaAt(1)), bytesOf(5000), 'the content')
          await again.put(metaAt(2), bytesOf(10, 3))
          checkSame(again.content(metaAt(2)), bytesOf(10, 3), 'written again after the crash, it holds')
          return again
        })
      }
    },
  },
  {
    name: 'a crash between any two steps leaves a snapshot whole or not at all',
    rule: '`commit` makes the snapshot durable, whole or not at all; what was reported committed is there.',
    source: 'core, SnapshotWriter.commit',
    needs: ['crash', 'step'],
    async run(subject) {
      await atEveryStep(async (steps) => {
        let isOver = false
        await withSnapshots(
          subject,
          async (snapshots) => {
            await snapshots.put(metaAt(1), bytesOf(1500))
            const writer = snapshots.store.create(metaAt(2))
            await snapshots.add(writer, bytesOf(2500, 2))
            let isCommitted = false
            writer.commit((error) => {
              isCommitted = error === undefined
            })
            isOver = takeSteps(snapshots.place, steps) < steps
            await snapshots.place.crash?.(steps % 2 === 0 ? 'nothing' : 'some')
            const again = await openSnapshots(snapshots.place, subject.patience)
            const list = again.store.list
            const isThere = isSame(list, [metaAt(1), metaAt(2)])
            if (!isThere) again.checkList([metaAt(1)], `after a crash ${steps} steps into a commit`)
            check(
              isThere || !isCommitted,
              () => `lost ${steps} steps into its commit, which was reported done`,
            )
            for (const [i, meta] of list.entries()) {
              checkSame(again.content(meta), bytesOf(i === 0 ? 1500 : 2500, i + 1), `at ${meta.index} is`)
            }
            return again
          },
          steps + 1,
        )
        return isOver
      })
    },
  },
  {
    name: 'a damaged snapshot is refused',
    rule: 'Content is checked against its checksum: `load` throws a QuorateError, `read` reports an error. Never other bytes.',
    source: 'core, SnapshotReader.read and SnapshotStore.load',
    needs: ['reopen', 'damage'],
    async run(subject) {
      for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        await withSnapshots(subject, async (snapshots) => {
          await snapshots.put(metaAt(1), bytesOf(20_000))
          await snapshots.close()
          await snapshots.place.damage?.(part)
          const again = await openSnapshots(snapshots.place, subject.patience)
          const code = codeOf(() => again.content(metaAt(1)))
          check(isCode(code), () => `damaged at ${part} of its length, load: ${code}`)
          await checkReads(again)
          return again
        })
      }
    },
  },
]

/** A reader gives an error for what is damaged, and right bytes for the rest. */
async function checkReads(again: Awaited<ReturnType<typeof openSnapshots>>): Promise<void> {
  const reader = await again.reader(metaAt(1))
  if (reader === undefined) return
  const pieces: Uint8Array[] = []
  let refused = 0
  for (let offset = 0; offset < 20_000; offset += 1000) {
    const piece = await again.read(reader, offset, 1000)
    if (piece === undefined) refused += 1
    else if (!isSame(piece, bytesOf(20_000).subarray(offset, offset + 1000)))
      breach(`damaged, it gave other bytes at ${offset}: ${show(piece)}`)
    pieces.push(piece ?? new Uint8Array(0))
  }
  reader.close()
  check(refused > 0, () => `damaged, it was read without an error: ${concatenate(pieces).length} bytes`)
}
