import type { Disk, DiskFile } from '@quorate/core'
import type { DiskSubject } from '../../src/index.ts'
import { simDisks } from '../support/disk-subjects.ts'
import type { Wrong } from '../support/run-suite.ts'

/** Disks with one mistake each. */
export const wrongDisks: readonly Wrong<DiskSubject>[] = [
  wrong('syncs nothing', (disk) => withFiles(disk, () => ({ sync: (done) => done(undefined) })), [
    'what was synced outlives a crash',
  ]),
  wrong('syncs no directory', (disk) => delegate(disk, { syncDirectory: (done) => done(undefined) }), [
    'what was synced outlives a crash',
  ]),
  wrong('empties what it opens', emptying, ['a file that is opened again is as it was']),
  wrong('appends wherever it is told to write', appending, ['what is written is read']),
  wrong(
    'fills what it reads with zeros',
    (disk) => delegate(disk, { read: (...place) => padded(disk, ...place) }),
    ['what is written is read'],
  ),
  wrong('does not cut', (disk) => withFiles(disk, () => ({ truncate: () => {} })), [
    'a file is cut where it is told',
  ]),
  wrong('renames nothing over another', keepsOld, ['rename moves a file, over another if need be']),
  wrong('says nothing of missing files', silent, ['what is not there cannot be used']),
  wrong('gives one buffer for all reads', sharing, ['bytes that were read are the reader’s']),
  wrong('forgets the seed', (disk) => delegate(disk, { crc32: (bytes) => disk.crc32(bytes) }), [
    'checksums are CRC-32/IEEE',
  ]),
]

function wrong(name: string, wrap: (disk: Disk) => Disk, caughtBy: readonly string[]): Wrong<DiskSubject> {
  return { name, caughtBy, subject: simDisks(wrap) }
}

function delegate(disk: Disk, replaced: Partial<Disk>): Disk {
  return {
    list: () => disk.list(),
    size: (name) => disk.size(name),
    read: (name, offset, length) => disk.read(name, offset, length),
    open: (name) => disk.open(name),
    rename: (from, to) => disk.rename(from, to),
    remove: (name) => disk.remove(name),
    syncDirectory: (done) => disk.syncDirectory(done),
    crc32: (bytes, seed) => disk.crc32(bytes, seed),
    ...replaced,
  }
}

/** A disk whose files are different. */
function withFiles(disk: Disk, change: (file: DiskFile, name: string) => Partial<DiskFile>): Disk {
  return delegate(disk, {
    open(name) {
      const file = disk.open(name)
      return {
        write: (offset, bytes, done) => file.write(offset, bytes, done),
        sync: (done) => file.sync(done),
        truncate: (size) => file.truncate(size),
        close: () => file.close(),
        ...change(file, name),
      }
    },
  })
}

function emptying(disk: Disk): Disk {
  return withFiles(disk, (file) => {
    file.truncate(0)
    return {}
  })
}

function appending(disk: Disk): Disk {
  return withFiles(disk, (file, name) => ({
    write: (_, bytes, done) => file.write(disk.size(name), bytes, done),
  }))
}

function padded(disk: Disk, name: string, offset: number, length: number): Uint8Array {
  const whole = new Uint8Array(length)
  whole.set(disk.read(name, offset, length))
  return whole
}

function keepsOld(disk: Disk): Disk {
  return delegate(disk, {
    rename(from, to) {
      if (disk.list().includes(to)) disk.remove(from)
      else disk.rename(from, to)
    },
  })
}

function silent(disk: Disk): Disk {
  return delegate(disk, {
    size: (name) => (disk.list().includes(name) ? disk.size(name) : 0),
    remove(name) {
      if (disk.list().includes(name)) disk.remove(name)
    },
  })
}

function sharing(disk: Disk): Disk {
  const buffer = new Uint8Array(100)
  return delegate(disk, {
    read(name, offset, length) {
      const bytes = disk.read(name, offset, length)
      buffer.set(bytes)
      return buffer.subarray(0, bytes.length)
    },
  })
}
