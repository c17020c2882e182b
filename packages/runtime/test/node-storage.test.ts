import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { majorityOf, makeEntry } from '@quorate/core'
import type { Entry, LogStore, StorageOperation } from '@quorate/core'
import type { StoreIdentity } from '@quorate/replica'
import { openNodeStorage } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

const identity: StoreIdentity = {
  cluster: 'c',
  engine: 'raft',
  machine: { name: 'counter', version: 1 },
  node: 1,
}

function write(log: LogStore, ...operations: StorageOperation[]): Promise<void> {
  return new Promise((resolve, reject) =>
    log.write(operations, true, (error) => (error === undefined ? resolve() : reject(error))),
  )
}

function append(first: number, last: number): StorageOperation {
  const entries: Entry[] = []
  for (let index = first; index <= last; index++) {
    entries.push(
      makeEntry(index, 1, 5, 'command', { replica: 1, sequence: index }, new Uint8Array(256).fill(index)),
    )
  }
  return { type: 'append', entries }
}

/** Copies a directory as it is, as if the process had been killed now. */
function copyOf(directory: string): string {
  const copy = temporaryDirectory()
  fs.cpSync(directory, copy, { recursive: true })
  fs.rmSync(path.join(copy, 'lock'), { force: true })
  return copy
}

describe('a data directory', () => {
  it('keeps a log and snapshots over restarts', async () => {
    const directory = temporaryDirectory()
    const first = await openNodeStorage(directory, identity, { segmentBytes: 20_000 })
    expect(first.log.image).toMatchObject({ incarnation: 1, entries: [] })
    await write(first.log, append(1, 200), { type: 'setHardState', bytes: Uint8Array.of(1) })
    const meta = { index: 150, epoch: 1, membership: majorityOf([1, 2, 3]) }
    const writer = first.snapshots.create(meta)
    await new Promise<void>((resolve) => writer.write(new Uint8Array(300_000).fill(3), () => resolve()))
    await new Promise<void>((resolve) => writer.commit(() => resolve()))
    await write(first.log, { type: 'compactTo', meta })
    await first.close()
    const second = await openNodeStorage(directory, identity)
    expect(second.log.image).toMatchObject({ incarnation: 2, base: meta, hardState: Uint8Array.of(1) })
    expect(second.log.image.entries.map((entry) => entry.index)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 151),
    )
    expect([...second.snapshots.load(meta)].reduce((sum, chunk) => sum + chunk.length, 0)).toBe(300_000)
    await second.close()
    expect(fs.existsSync(path.join(directory, 'lock'))).toBe(false)
  })

  it('holds what was acknowledged, though nothing was closed', async () => {
    const directory = temporaryDirectory()
    const storage = await openNodeStorage(directory, identity, { segmentBytes: 100_000 })
    const writes: Promise<void>[] = []
    for (let i = 0; i < 40; i++) writes.push(write(storage.log, append(i * 50 + 1, i * 50 + 50)))
    await Promise.all(writes)
    const copy = await openNodeStorage(copyOf(directory), identity)
    expect(copy.log.image.entries.length).toBe(2000)
    expect(copy.log.image.entries[1999]?.data).toEqual(new Uint8Array(256).fill(2000))
    await copy.close()
    const entries = await new Promise<readonly Entry[]>((resolve) => storage.log.read(990, 1010, resolve))
    expect(entries.map((entry) => entry.index)).toEqual(Array.from({ length: 21 }, (_, i) => i + 990))
    await storage.close()
  })

  it('syncs once for what is written while a sync is under way', async () => {
    const storage = await openNodeStorage(temporaryDirectory(), identity)
    const { fsyncs } = storage.log.counters
    await Promise.all(Array.from({ length: 100 }, (_, i) => write(storage.log, append(i + 1, i + 1))))
    expect(storage.log.counters.fsyncs - fsyncs).toBe(2)
    await storage.close()
  })

  it('is refused to others, in one line that names the file, and left as it was', async () => {
    const directory = temporaryDirectory()
    const storage = await openNodeStorage(directory, identity)
    await write(storage.log, append(1, 3))
    await storage.close()
    const before = fs
      .readdirSync(directory)
      .map((name) => [name, fs.readFileSync(path.join(directory, name)).toString('hex')])
    await expect(openNodeStorage(directory, { ...identity, cluster: 'd' })).rejects.toMatchObject({
      code: 'WRONG_CLUSTER',
      message: expect.stringMatching(
        new RegExp(`^${directory}/log-0+1 belongs to cluster "c", this is cluster "d": `),
      ),
    })
    const after = fs
      .readdirSync(directory)
      .map((name) => [name, fs.readFileSync(path.join(directory, name)).toString('hex')])
    expect(after).toEqual(before)
    await (await openNodeStorage(directory, identity)).close()
  })

  it('is unlocked when it could not be opened', async () => {
    const directory = temporaryDirectory()
    fs.writeFileSync(path.join(directory, 'log-0000000000000001'), 'not a log')
    await expect(openNodeStorage(directory, identity)).rejects.toMatchObject({ code: 'CORRUPT_LOG' })
    fs.rmSync(path.join(directory, 'log-0000000000000001'))
    await (await openNodeStorage(directory, identity)).close()
  })
})
