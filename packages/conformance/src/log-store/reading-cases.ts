import { type Entry, LogImageBuilder, encodeEntry } from '@quorate/core'
import { Random } from '@quorate/sim'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { check } from '../suite/failure.ts'
import { type LogSession, withLog } from './log-session.ts'
import { randomWrites } from './random-writes.ts'
import { accept, append, entry, meta } from './samples.ts'
import type { LogStoreMeans, LogStoreSubject } from './subject.ts'

const source = 'core, LogStore.read'

/** What a read gives. */
export const readingCases: readonly CaseSpec<LogStoreSubject, LogStoreMeans>[] = [
  {
    name: 'read gives the entries from … to, both included',
    rule: 'A read gives the entries asked for, dense from the first; fewer at the log’s end, none behind it.',
    source,
    run: (subject) =>
      withLog(subject, async (log) => {
        await log.write(append(1, 10))
        for (const [from, to] of [
          [1, 10],
          [3, 5],
          [7, 7],
          [8, 20],
          [11, 12],
          [6, 5],
        ] as const)
          await checkRead(log, from, to, range(from, Math.min(to, 10)))
      }),
  },
  {
    name: 'read sees the writes that were asked for before it',
    rule: 'A read gives what is in the store: everything that was written before the read was asked for.',
    source,
    run: (subject) =>
      withLog(subject, async (log) => {
        log.ask([append(1, 4)])
        log.ask([append(3, 6, 2)], false)
        await checkRead(log, 2, 6, [entry(2), entry(3, 2), entry(4, 2), entry(5, 2), entry(6, 2)])
      }),
  },
  {
    name: 'read past compaction gives nothing',
    rule: 'What has been compacted is not given: a read that begins below the log’s start gives no entries.',
    source,
    run: (subject) =>
      withLog(subject, async (log) => {
        await log.write(append(1, 10))
        await log.write({ type: 'compactTo', meta: meta(6) })
        await checkRead(log, 3, 9, [])
        await checkRead(log, 6, 9, [])
        await checkRead(log, 7, 9, range(7, 9))
        await log.write({ type: 'installSnapshot', meta: meta(30) })
        await checkRead(log, 7, 40, [])
      }),
  },
  {
    name: 'read ends at a hole',
    rule: 'A read is dense from the first entry asked for.',
    source,
    run: (subject) =>
      withLog(subject, async (log) => {
        await log.write(accept(1, 1), accept(2, 1), accept(4, 1))
        await checkRead(log, 1, 4, [entry(1), entry(2)])
        await checkRead(log, 3, 4, [])
        await checkRead(log, 4, 4, [entry(4)])
      }),
  },
  {
    name: 'entries that are read have their one binary form',
    rule: 'An entry has one binary form: what was written is what is read, byte for byte.',
    source: 'core, Entry.encoded and encodeEntry; DESIGN 3.4',
    run: (subject) =>
      withLog(subject, async (log) => {
        const forms = range(1, 8).map((each) => encodeEntry(each))
        await log.write(append(1, 8))
        checkSame((await log.read(1, 8)).map(encodeEntry), forms, 'the binary forms')
        if (!subject.can.includes('reopen')) return log
        const again = await log.reopen()
        checkSame((await again.read(1, 8)).map(encodeEntry), forms, 'the binary forms after reopening')
        return again
      }),
  },
  {
    name: 'old entries are read after reopening, and after anything',
    rule: 'Reads agree with LogImageBuilder at any time.',
    source,
    async run(subject) {
      for (let seed = 1; seed <= 4; seed++) await withLog(subject, (log) => readAlong(log, subject, seed))
    },
  },
]

function range(first: number, last: number): Entry[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => entry(first + i))
}

async function checkRead(
  log: LogSession,
  from: number,
  to: number,
  expected: readonly Entry[],
  when = '',
): Promise<void> {
  checkSame(await log.read(from, to), expected, `${when}read(${from}, ${to}) gave`)
}

async function readAlong(first: LogSession, subject: LogStoreSubject, seed: number): Promise<LogSession> {
  const random = new Random(seed)
  const builder = new LogImageBuilder()
  let log = first
  const writes = randomWrites(random.split('writes'), 40, seed % 2 === 0 ? 'dense' : 'slots')
  let given = 0
  for (const operations of writes) {
    log.ask(operations)
    for (const operation of operations) builder.apply(operation)
    if (subject.can.includes('reopen') && random.chance(0.1)) log = await log.reopen()
    const from = Math.max(1, builder.baseIndex + random.integer(-1, 5))
    const to = from + random.integer(0, 8)
    const expected: Entry[] = []
    for (let index = from; index <= to; index++) {
      const known = builder.entryAt(index)
      if (known === undefined) break
      expected.push(known)
    }
    await checkRead(log, from, to, expected, `seed ${seed}: `)
    given += expected.length
  }
  check(given > 0, () => 'nothing was ever read')
  return log
}
