import type { StorageOperation } from '@quorate/core'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import type { CaseSpec } from '../suite/case.ts'
import { withLog } from './log-session.ts'
import { append, checkImage, hardState } from './samples.ts'
import type { LogStoreMeans, LogStoreSubject } from './subject.ts'

/** What a store holds when it is opened. */
export const openingCases: readonly CaseSpec<LogStoreSubject, LogStoreMeans>[] = [
  {
    name: 'a new store is empty and opened for the first time',
    rule: 'The image of a store that was never written holds nothing, and its incarnation is 1.',
    source: 'core, LogImage',
    run: (subject) =>
      withLog(subject, async ({ image }) => {
        const empty = { hardState: undefined, base: undefined, entries: [], ballots: new Map() }
        checkSame(image, { ...empty, incarnation: 1 }, 'the image')
      }),
  },
  {
    name: 'openings are counted',
    rule: 'Each opening has an incarnation one above the last: request ids are built from it.',
    source: 'core, LogImage.incarnation',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (first) => {
        let log = first
        for (let incarnation = 2; incarnation <= 5; incarnation++) {
          log = await log.reopen()
          checkSame(log.image.incarnation, incarnation, 'the incarnation')
          if (incarnation % 2 === 0) await log.write(append(incarnation, incarnation))
        }
        return log
      }),
  },
  {
    name: 'what was written is there when it is opened again, in order',
    rule: 'A store that is opened shows what every completed write left.',
    source: 'core, LogImage and LogStore',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (first) => {
        const written: StorageOperation[] = []
        let log = first
        for (let round = 0; round < 4; round++) {
          for (let i = 1; i <= 5; i++) {
            const operation = append(round * 5 + i, round * 5 + i, round + 1)
            written.push(operation)
            await log.write(operation)
          }
          log = await log.reopen()
          checkImage(log.image, written)
        }
        return log
      }),
  },
  {
    name: 'hard state is kept, the last one counts',
    rule: 'setHardState replaces the hard state, byte for byte; nothing else changes it.',
    source: 'core, StorageOperation: setHardState',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (first) => {
        const written = [hardState(1, 2, 3), append(1, 4), hardState(0), { type: 'truncateAfter', index: 1 }]
        let log = first
        for (const operation of written as StorageOperation[]) await log.write(operation)
        log = await log.reopen()
        checkImage(log.image, written as StorageOperation[])
        await log.write(hardState())
        log = await log.reopen()
        checkSame(log.image.hardState, new Uint8Array(0), 'a hard state of no bytes became')
        return log
      }),
  },
  {
    name: 'counters only grow',
    rule: 'The counters are counts since the opening: whole, not negative, and never smaller than before.',
    source: 'core, LogStore.counters',
    run: (subject) =>
      withLog(subject, async (log) => {
        let before = { ...log.store.counters }
        for (let i = 1; i <= 5; i++) {
          await log.write(append(i, i))
          const { writes, fsyncs, bytes } = log.store.counters
          const grew = writes >= before.writes && fsyncs >= before.fsyncs && bytes >= before.bytes
          const whole = [writes, fsyncs, bytes].every((count) => Number.isSafeInteger(count) && count >= 0)
          check(grew && whole, () => `${JSON.stringify(before)}, then ${writes}, ${fsyncs}, ${bytes}`)
          before = { writes, fsyncs, bytes }
        }
        check(before.writes > 0, () => 'five writes, and none counted')
      }),
  },
]
