import { crc32 } from '@quorate/core'
import type { CaseSpec } from '../suite/case.ts'
import { checkSame } from '../suite/compare.ts'
import { breach, check } from '../suite/failure.ts'
import { bytesOf, openDisk, textOf, withDisk } from './disk-session.ts'
import type { DiskMeans, DiskSubject } from './subject.ts'

const source = 'core, Disk'
const fileSource = 'core, DiskFile'

/** What files and directories do. */
export const diskCases: readonly CaseSpec<DiskSubject, DiskMeans>[] = [
  {
    name: 'what is written is read',
    rule: 'A write puts its bytes at its offset and extends the file as needed; a gap is zeros. A read is short at the end, and empty behind it.',
    source,
    run: (subject) =>
      withDisk(subject, async (session) => {
        const { disk } = session
        const file = disk.open('a')
        checkSame([session.files, disk.size('a')], [['a'], 0], 'an opened file')
        await session.write(file, 0, 'hello')
        await session.write(file, 8, 'world')
        await session.write(file, 3, 'LO')
        file.close()
        checkSame(session.text('a'), 'helLO\0\0\0world', 'the content')
        checkSame(textOf(disk.read('a', 10, 100)), 'rld', 'a read over the end gave')
        checkSame(textOf(disk.read('a', 13, 5)), '', 'a read behind the end gave')
        checkSame(textOf(disk.read('a', 1, 2)), 'el', 'a read within gave')
      }),
  },
  {
    name: 'writes to one file take effect in their order',
    rule: 'Calls on one file take effect in their order, also without waiting.',
    source: fileSource,
    run: (subject) =>
      withDisk(subject, async (session) => {
        const file = session.disk.open('a')
        for (let i = 0; i < 9; i++) file.write(i % 3, bytesOf(`${i}${i}`), () => {})
        await session.write(file, 1, '-')
        file.close()
        checkSame(session.text('a'), '6-88', 'the content')
      }),
  },
  {
    name: 'a file that is opened again is as it was',
    rule: 'Opening a file for writing creates it if it is not there, and changes nothing otherwise.',
    source: 'core, Disk.open',
    run: (subject) =>
      withDisk(subject, async (session) => {
        await session.put('a', 'first')
        const file = session.disk.open('a')
        checkSame(session.text('a'), 'first', 'the content of a file opened again')
        await session.write(file, 5, '!')
        file.close()
        checkSame(session.text('a'), 'first!', 'the content')
      }),
  },
  {
    name: 'a file is cut where it is told',
    rule: '`truncate` cuts a file to a size; what is written then goes on from there.',
    source: 'core, DiskFile.truncate',
    run: (subject) =>
      withDisk(subject, async (session) => {
        const file = session.disk.open('a')
        await session.write(file, 0, 'long enough')
        file.truncate(4)
        checkSame([session.disk.size('a'), session.text('a')], [4, 'long'], 'size and content')
        await session.write(file, 6, '!')
        checkSame(session.text('a'), 'long\0\0!', 'the content')
        file.close()
      }),
  },
  {
    name: 'rename moves a file, over another if need be',
    rule: '`rename` gives a file another name; one that had it is replaced.',
    source: 'core, Disk.rename',
    run: (subject) =>
      withDisk(subject, async (session) => {
        await session.put('a', 'new')
        await session.put('b', 'old')
        session.disk.rename('a', 'b')
        checkSame([session.files, session.text('b')], [['b'], 'new'], 'files, and content')
        session.disk.remove('b')
        checkSame(session.files, [], 'files after remove')
      }),
  },
  {
    name: 'what is not there cannot be used',
    rule: 'Every method without `done` throws on failure: a missing file has no size, content or name to change.',
    source,
    run: (subject) =>
      withDisk(subject, async (session) => {
        const { disk } = session
        const uses: Record<string, () => unknown> = {
          size: () => disk.size('none'),
          read: () => disk.read('none', 0, 1),
          rename: () => disk.rename('none', 'other'),
          remove: () => disk.remove('none'),
        }
        for (const [name, use] of Object.entries(uses)) {
          check(throws(use), () => `${name} of a missing file did not throw`)
        }
        checkSame(session.files, [], 'files after all that')
      }),
  },
  {
    name: 'bytes that were read are the reader’s',
    rule: 'What was read does not change when the file does.',
    source: 'core, Disk.read',
    run: (subject) =>
      withDisk(subject, async (session) => {
        await session.put('a', 'before')
        const bytes = session.disk.read('a', 0, 6)
        await session.put('a', 'after!')
        checkSame(session.text('a'), 'after!', 'the content')
        checkSame(textOf(bytes), 'before', 'what was read')
        bytes.fill(0)
        checkSame(session.text('a'), 'after!', 'the content')
      }),
  },
  {
    name: 'checksums are CRC-32/IEEE',
    rule: '`crc32` is CRC-32/IEEE, continued from a seed: files can be read on any platform.',
    source: 'core, Disk.crc32',
    run: (subject) =>
      withDisk(subject, async ({ disk }) => {
        checkSame(disk.crc32(bytesOf('123456789')), 0xcbf43926, 'the checksum of 123456789')
        const seed = disk.crc32(bytesOf('12345'))
        checkSame(disk.crc32(bytesOf('6789'), seed), 0xcbf43926, 'continued from 12345')
        checkSame(
          disk.crc32(new Uint8Array(1000).fill(200)),
          crc32(new Uint8Array(1000).fill(200)),
          'another',
        )
      }),
  },
  {
    name: 'what was synced outlives a crash',
    rule: '`sync` makes every write whose `done` was called durable, and the file’s size; `syncDirectory` makes names durable.',
    source: 'core, DiskFile.sync and Disk.syncDirectory',
    needs: ['crash'],
    async run(subject) {
      for (let seed = 1; seed <= 8; seed++) {
        await withDisk(
          subject,
          async (session) => {
            await session.put('kept', 'content', true)
            await session.put('old', 'moved', true)
            session.disk.rename('old', 'new')
            await session.syncDirectory()
            const file = session.disk.open('kept')
            await session.write(file, 7, ' and more')
            await session.sync(file)
            await session.write(file, 0, 'CONTENT')
            await session.place.crash?.(seed % 2 === 0 ? 'nothing' : 'some')
            const after = await openDisk(session.place, subject.patience)
            const text = after.disk.list().includes('kept')
              ? after.text('kept')
              : breach('a durable file is gone')
            checkSame(text.slice(7), ' and more', `seed ${seed}: after the crash, what was synced`)
            const isSound = text.slice(0, 7).toLowerCase() === 'content'
            check(isSound, () => `seed ${seed}: after the crash there is ${text}, which nobody wrote`)
            checkSame(
              after.disk.list().includes('old'),
              false,
              'a file that was renamed, durably, has its old name',
            )
            checkSame(after.text('new'), 'moved', 'its content under the new name')
          },
          seed,
        )
      }
    },
  },
]

function throws(run: () => unknown): boolean {
  try {
    run()
    return false
  } catch {
    return true
  }
}
