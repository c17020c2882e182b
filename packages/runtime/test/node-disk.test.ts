import { spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { DiskDone } from '@quorate/core'
import { identifyProcess } from '../src/disk/process-identity.ts'
import { nodeDisk } from '../src/index.ts'
import { temporaryDirectory } from './temporary-directory.ts'

function completed(run: (done: DiskDone) => void): Promise<void> {
  return new Promise((resolve, reject) => run((error) => (error === undefined ? resolve() : reject(error))))
}

describe('a directory as a disk', () => {
  it('writes, syncs, truncates, renames, lists and removes', async () => {
    const directory = path.join(temporaryDirectory(), 'made', 'here')
    const disk = nodeDisk(directory)
    const file = disk.open('a')
    await completed((done) => file.write(0, Uint8Array.of(1, 2, 3, 4), done))
    await completed((done) => file.write(2, Uint8Array.of(9, 9, 9), done))
    await completed((done) => file.sync(done))
    expect(disk.size('a')).toBe(5)
    expect(disk.read('a', 1, 100)).toEqual(Uint8Array.of(2, 9, 9, 9))
    expect(disk.read('a', 7, 2)).toEqual(new Uint8Array(0))
    file.truncate(3)
    file.close()
    file.close()
    expect(disk.read('a', 0, 10)).toEqual(Uint8Array.of(1, 2, 9))
    disk.rename('a', 'b')
    await completed((done) => disk.syncDirectory(done))
    expect([...disk.list()].sort()).toEqual(['b', 'lock'])
    disk.remove('b')
    expect(() => disk.read('b', 0, 1)).toThrow('ENOENT')
    disk.close()
    expect(fs.readdirSync(directory)).toEqual([])
  })

  it('does operations on a file in their order, large ones too', async () => {
    const disk = nodeDisk(temporaryDirectory())
    const file = disk.open('a')
    const large = new Uint8Array(3 << 20).fill(1)
    const order: string[] = []
    const last = new Promise<void>((resolve) => {
      file.write(0, large, () => order.push('large'))
      file.write(100, Uint8Array.of(2), () => order.push('small'))
      file.sync(() => order.push('sync'))
      file.write(200, Uint8Array.of(3), () => {
        order.push('last')
        resolve()
      })
      file.close()
      file.write(0, large, (error) => order.push(error!.message))
    })
    await last
    expect(order).toEqual(['the file is closed', 'large', 'small', 'sync', 'last'])
    expect(disk.read('a', 99, 3)).toEqual(Uint8Array.of(1, 2, 1))
    expect(disk.read('a', 200, 1)).toEqual(Uint8Array.of(3))
    disk.close()
  })

  it('gives bytes a buffer of their own', () => {
    const directory = temporaryDirectory()
    fs.writeFileSync(path.join(directory, 'a'), 'some text')
    const disk = nodeDisk(directory)
    expect(disk.read('a', 0, 4 << 20).buffer.byteLength).toBe(9)
    disk.close()
  })

  it('is refused where no directory can be', () => {
    const file = path.join(temporaryDirectory(), 'file')
    fs.writeFileSync(file, '')
    for (const directory of [file, path.join(file, 'below')]) {
      let failure: (Error & { code?: string }) | undefined
      try {
        nodeDisk(directory)
      } catch (error) {
        failure = error as Error
      }
      expect(failure?.code).toBe('STORAGE')
      expect(failure?.message).toMatch(
        /^cannot use the data directory .*\. Check its path and permissions, or choose/,
      )
      expect(failure?.message).not.toContain('\n')
    }
  })
})

describe('the lock on a directory', () => {
  it('keeps out a second opening in the same process, by any path, until it is closed', () => {
    const directory = temporaryDirectory()
    const link = path.join(temporaryDirectory(), 'link')
    fs.symlinkSync(directory, link)
    const disk = nodeDisk(directory)
    expect(() => nodeDisk(directory)).toThrow('is in use by this process')
    expect(() => nodeDisk(link)).toThrow('is in use by this process')
    disk.close()
    nodeDisk(link).close()
  })

  it('keeps out other processes while they live, and is taken over when they were killed', async () => {
    const directory = temporaryDirectory()
    const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    await once(other, 'spawn')
    const { pid, start } = identifyProcess(other.pid!)!
    fs.writeFileSync(path.join(directory, 'lock'), `${pid} ${start}\n`)
    expect(() => nodeDisk(directory)).toThrow(
      `the data directory ${directory} is in use by process ${pid}: stop that one first, or choose another directory`,
    )
    other.kill('SIGKILL')
    await once(other, 'exit')
    const disk = nodeDisk(directory)
    expect(fs.readFileSync(path.join(directory, 'lock'), 'utf8')).toMatch(new RegExp(`^${process.pid} `))
    disk.close()
  })

  it('is taken over from an earlier process that had the id of one that lives, and from nobody', () => {
    const directory = temporaryDirectory()
    const lock = path.join(directory, 'lock')
    const stale = [`${process.pid} another-boot/1\n`, '', 'nonsense\n', '99999999 \n']
    for (const text of process.platform === 'linux' ? stale : stale.slice(1)) {
      fs.writeFileSync(lock, text)
      nodeDisk(directory).close()
      expect(fs.existsSync(lock)).toBe(false)
    }
  })

  it('is taken over though a takeover was cut short', () => {
    const directory = temporaryDirectory()
    fs.writeFileSync(path.join(directory, 'lock'), '99999999 \n')
    fs.writeFileSync(path.join(directory, 'lock.takeover'), '99999998 \n')
    nodeDisk(directory).close()
    expect(fs.readdirSync(directory)).toEqual([])
  })
})
