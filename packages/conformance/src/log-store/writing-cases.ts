import { Random } from '@quorate/sim'
import { check } from '../suite/failure.ts'
import type { CaseSpec } from '../suite/case.ts'
import { type LogSession, withLog } from './log-session.ts'
import { append, checkImage, hardState } from './samples.ts'
import { type LogForm, randomWrites } from './random-writes.ts'
import type { LogStoreMeans, LogStoreSubject } from './subject.ts'

/** How writes complete. */
export const writingCases: readonly CaseSpec<LogStoreSubject, LogStoreMeans>[] = [
  {
    name: 'done is never called from within write',
    rule: '`done` may be called at any time after `write` has returned, never during it.',
    source: 'core, LogStore',
    run: (subject) =>
      withLog(subject, async (log) => {
        const last = log.ask([append(1, 1)])
        const more = [2, 3, 4].map((index) => log.ask([append(index, index)], index !== 3))
        // A write that is asked for in the report of another.
        let nested = log.ask([hardState(1)], true, () => {
          nested = log.ask([hardState(2)])
        })
        const outer = nested
        for (const write of [last, ...more, outer]) await log.done(write)
        check(nested !== outer, () => 'the report of a write came before its end')
        await log.done(nested)
        check(!log.calledDuringWrite, () => 'done was called before write had returned')
      }),
  },
  {
    name: 'every write is reported, once',
    rule: '`done` is called exactly once for each write, whatever its operations and whether it has to be synced.',
    source: 'core, LogStore.write',
    run: (subject) =>
      withLog(subject, async (log) => {
        log.ask([])
        for (let i = 1; i <= 40; i++) log.ask([append(i, i), hardState(i)], i % 4 !== 0)
        log.ask([append(41, 41)])
        for (const write of log.writes) await log.done(write)
        await log.close()
        const calls = log.writes.map((write) => write.calls)
        check(
          calls.every((count) => count === 1),
          () => `calls of done: ${calls.join(' ')}`,
        )
      }),
  },
  {
    name: 'a write of several operations takes effect in their order',
    rule: 'A write is one ordered list of operations.',
    source: 'core, Persist and StorageOperation',
    needs: ['reopen'],
    run: (subject) =>
      withLog(subject, async (log) => {
        const operations = [
          append(1, 6),
          { type: 'truncateAfter', index: 3 } as const,
          hardState(1),
          append(3, 5, 2),
          hardState(2),
        ]
        await log.write(...operations)
        const again = await log.reopen()
        checkImage(again.image, operations)
        return again
      }),
  },
  ...(['dense', 'slots'] as const).map((form) => agreement(form)),
  {
    name: 'close lets writes under way complete',
    rule: 'Writes under way complete before the files are let go of.',
    source: 'core, LogStore.close',
    run: (subject) =>
      withLog(subject, async (log) => {
        for (let i = 1; i <= 10; i++) log.ask([append(i, i)], i % 3 !== 0)
        await log.close()
        for (const write of log.writes) await log.done(write)
        if (!subject.can.includes('reopen')) return log
        const again = await log.reopen()
        checkImage(
          again.image,
          log.writes.flatMap(({ operations }) => operations),
        )
        return again
      }),
  },
]

/** How many writes, and how many seeds. */
const runs = 6
const writesARun = 50

function agreement(form: LogForm): CaseSpec<LogStoreSubject, LogStoreMeans> {
  return {
    name: `any writes leave what the reference says (${form})`,
    rule: 'Operations mean what LogImageBuilder says, whatever their order, and however many are under way at once.',
    source: 'core, LogImageBuilder',
    needs: ['reopen'],
    async run(subject) {
      for (let seed = 1; seed <= runs; seed++) await withLog(subject, (log) => compare(log, form, seed))
    },
  }
}

async function compare(first: LogSession, form: LogForm, seed: number): Promise<LogSession> {
  const random = new Random(seed)
  const writes = randomWrites(random.split('writes'), writesARun, form)
  let log = first
  for (const [i, operations] of writes.entries()) {
    const write = log.ask(operations, random.chance(0.8))
    if (random.chance(0.4)) await log.done(write)
    if (!random.chance(0.1) && i < writes.length - 1) continue
    log = await log.reopen()
    checkImage(
      log.image,
      writes.slice(0, i + 1).flat(),
      `seed ${seed}, after write ${i + 1}: the store holds`,
    )
  }
  return log
}
