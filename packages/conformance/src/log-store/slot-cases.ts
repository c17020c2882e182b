import { checkSame } from '../suite/compare.ts'
import { type Spec, compact, leaves, truncate } from './leaves.ts'
import { withLog } from './log-session.ts'
import { accept, acceptAll, checkImage, entry, hardState, imageOf } from './samples.ts'

const alone = 'Each of the entries goes to its own slot; holes and all other slots stay as they are.'
const moves =
  'compactTo moves the start of the log to its index, wherever that is; what lies above stays, with its ballots.'

/** What a log means whose slots are accepted one by one, as Paxos does. */
export const slotCases: readonly Spec[] = [
  leaves(
    'accept sets one slot, and leaves holes',
    'accept sets that slot alone; holes and later slots stay as they are.',
    'accept',
    [accept(2, 1), accept(7, 1)],
    [accept(5, 2)],
    [accept(2, 3)],
  ),
  leaves(
    'ballots go with their slots',
    'A slot’s ballot is the last one it was accepted under; it goes when the slot is dropped or compacted.',
    'accept',
    [accept(1, 1), accept(2, 1), accept(4, 1), accept(6, 2)],
    [truncate(4)],
    [compact(1), accept(2, 3), accept(1, 9)],
  ),
  leaves(
    'accept takes many slots at once, and leaves holes between them',
    alone,
    'accept',
    [acceptAll(1, 2, 3, 7)],
    [acceptAll(2, 1, 5, 9, 10)],
    [acceptAll(1, 20)],
  ),
  leaves(
    'a higher ballot takes the place of a lower one, slot by slot',
    'What a slot holds, and its ballot, is what was accepted there last; an entry keeps its first epoch.',
    'accept',
    [acceptAll(1, 1, 2, 3, 4, 5)],
    [hardState(2), acceptAll(2, 2, 4)],
    [acceptAll(3, 4, 6)],
  ),
  leaves(
    'an accept at or below the start of the log is passed over',
    'What lies at or below the start of the log is passed over, the rest of its batch is not.',
    'accept',
    [acceptAll(1, 1, 2, 3, 4, 6)],
    [compact(4)],
    [acceptAll(2, 3, 4, 5, 8)],
  ),
  leaves('compactTo above every slot leaves an empty log', moves, 'compactTo', [
    acceptAll(1, 1, 2, 5),
    hardState(4),
    compact(9, 3),
  ]),
  leaves(
    'what is accepted behind a start above every slot is kept',
    moves,
    'compactTo',
    [acceptAll(1, 1, 2, 5)],
    [compact(9, 3)],
    [acceptAll(4, 9, 10, 12)],
  ),
  leaves(
    'compactTo at a hole keeps what lies above it',
    moves,
    'compactTo',
    [acceptAll(1, 1, 2, 5, 6, 9)],
    [compact(4, 2)],
    [acceptAll(2, 7)],
    [compact(8, 2), hardState(1)],
  ),
  {
    name: 'ballots are there each time it is opened again',
    rule: 'Ballots of accepted slots are as durable as their entries.',
    source: 'core, LogImage.ballots',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (log) => {
        const writes = [acceptAll(1, 1, 2, 4), acceptAll(2, 2, 9), compact(1), acceptAll(3, 4, 5)]
        for (const operation of writes) await log.write(operation)
        const second = await log.reopen()
        checkImage(second.image, writes)
        await second.write(acceptAll(4, 3))
        const third = await second.reopen()
        const { ballots } = imageOf([...writes, acceptAll(4, 3)])
        checkSame([...third.image.ballots].sort(bySlot), [...ballots].sort(bySlot), 'the ballots')
        return third
      }),
  },
  {
    name: 'read begins behind a start in a hole, and ends at the next',
    rule: 'A read is dense from the first entry asked for.',
    source: 'core, LogStore.read',
    run: (subject) =>
      withLog(subject, async (log) => {
        await log.write(acceptAll(1, 1, 2, 5, 6, 9))
        await log.write(compact(4, 2))
        checkSame(await log.read(1, 9), [], 'read(1, 9) gave')
        checkSame(await log.read(5, 9), [entry(5), entry(6)], 'read(5, 9) gave')
        checkSame(await log.read(8, 9), [], 'read(8, 9) gave')
        await log.write(acceptAll(2, 7, 8))
        checkSame(await log.read(6, 20), [entry(6), entry(7, 2), entry(8, 2), entry(9)], 'read(6, 20) gave')
        await log.write(compact(30, 3))
        checkSame(await log.read(6, 40), [], 'read(6, 40) gave')
      }),
  },
]

function bySlot([a]: readonly [number, unknown], [b]: readonly [number, unknown]): number {
  return a - b
}
