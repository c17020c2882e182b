import { describe, expect, it } from 'vitest'
import type { DiskConditions } from '../src/disk/disk-conditions.ts'
import { DiskMachine } from './support/disk-machine.ts'

function bytes(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0))
}

const ignore = (): void => {}

describe('SimDisk', () => {
  it('shows writes at once and keeps them over a crash once they are synced', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    file.write(0, bytes('one'), ignore)
    expect(machine.text('a')).toBe('one')
    let synced = false
    machine.run()
    file.sync(() => (synced = true))
    expect(synced).toBe(false)
    machine.run()
    expect(synced).toBe(true)
    file.write(3, bytes(' two'), ignore)
    machine.run()
    machine.crash()
    expect(machine.text('a')).toBe('one')
  })

  it('loses what a sync under way has not finished', () => {
    const machine = new DiskMachine({ minSync: 10, meanSync: 10 })
    const file = machine.file('a')
    file.write(0, bytes('one'), ignore)
    machine.run()
    let synced = false
    file.sync(() => (synced = true))
    machine.run(5)
    machine.crash()
    machine.run()
    expect(synced).toBe(false)
    expect(machine.text('a')).toBe('')
  })

  it('syncs only the writes that were complete when it was asked', () => {
    const machine = new DiskMachine({ writeDelay: 5, minSync: 10, meanSync: 10 })
    const file = machine.file('a')
    file.write(0, bytes('one'), ignore)
    machine.run(6)
    let synced = false
    file.write(3, bytes('two'), ignore)
    file.sync(() => (synced = true))
    machine.run()
    expect(synced).toBe(true)
    machine.crash()
    expect(machine.text('a')).toBe('one')
  })

  it('completes the calls on a file in their order', () => {
    for (let seed = 0; seed < 50; seed++) {
      const machine = new DiskMachine({ writeDelay: 1, minSync: 0.01, meanSync: 5 }, seed)
      const file = machine.file('a')
      const done: number[] = []
      file.write(0, bytes('x'), () => done.push(1))
      file.sync(() => done.push(2))
      file.write(1, bytes('y'), () => done.push(3))
      file.sync(() => done.push(4))
      machine.run()
      expect(done).toEqual([1, 2, 3, 4])
    }
  })

  it('takes a copy of what is written', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    const buffer = bytes('one')
    file.write(0, buffer, ignore)
    machine.run()
    buffer.fill(0)
    file.sync(ignore)
    machine.run()
    machine.crash()
    expect(machine.text('a')).toBe('one')
  })

  it('forgets files, renames and removals that the directory was not synced for', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    file.write(0, bytes('old'), ignore)
    machine.run()
    file.sync(ignore)
    machine.run()
    const outcomes = new Set<string>()
    for (let i = 0; i < 30; i++) {
      const names = machine.mounted.list()
      if (names.includes('a')) machine.mounted.rename('a', 'b')
      else machine.mounted.rename('b', 'a')
      machine.crash()
      outcomes.add(machine.mounted.list().join())
    }
    expect([...outcomes].toSorted()).toEqual(['a', 'b'])
    machine.mounted.rename(machine.mounted.list()[0]!, 'c')
    machine.mounted.syncDirectory(ignore)
    machine.run()
    machine.crash()
    expect(machine.mounted.list()).toEqual(['c'])
    expect(machine.text('c')).toBe('old')
  })

  it('may lose a synced file whose directory was not', () => {
    const lists = new Set<string>()
    for (let seed = 0; seed < 20; seed++) {
      const machine = new DiskMachine({}, seed)
      const file = machine.mounted.open('a')
      file.write(0, bytes('one'), ignore)
      machine.run()
      file.sync(ignore)
      machine.run()
      machine.crash()
      lists.add(machine.mounted.list().join())
    }
    expect([...lists].toSorted()).toEqual(['', 'a'])
  })

  it('keeps everything when only the process ends, and loses it if the machine then does before a sync', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    file.write(0, bytes('one'), ignore)
    machine.disk.kill()
    expect(machine.text('a')).toBe('one')
    machine.crash()
    expect(machine.text('a')).toBe('')
  })

  it('cuts files, and takes that back', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    file.write(0, bytes('one two'), ignore)
    machine.run()
    file.sync(ignore)
    machine.run()
    file.truncate(3)
    expect(machine.text('a')).toBe('one')
    machine.crash()
    expect(machine.text('a')).toBe('one two')
    const again = machine.mounted.open('a')
    again.truncate(3)
    again.write(5, bytes('x'), ignore)
    machine.run()
    again.sync(ignore)
    machine.run()
    machine.crash()
    expect(machine.text('a')).toBe('one\0\0x')
  })

  it('stalls, and goes on', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    machine.disk.stall(500)
    let at = 0
    file.sync(() => (at = machine.scheduler.now))
    machine.run()
    expect(at).toBeGreaterThanOrEqual(500_000)
  })

  it('fails one sync when told to, and says that it did', () => {
    const machine = new DiskMachine()
    const file = machine.file('a')
    const errors: (string | undefined)[] = []
    machine.disk.failNext()
    file.sync((error) => errors.push(error?.message))
    file.sync((error) => errors.push(error?.message))
    machine.run()
    expect(errors).toEqual(['EIO: input/output error', undefined])
    expect(machine.disk.hasFailed).toBe(true)
  })
})

describe('a crash', () => {
  /** What is left of three writes of which none was synced, over many seeds. */
  function leftovers(conditions: Partial<DiskConditions>, sizes = [3, 3, 3]): Set<string> {
    const found = new Set<string>()
    for (let seed = 0; seed < 300; seed++) {
      const machine = new DiskMachine(conditions, seed)
      const file = machine.file('a')
      let offset = 0
      sizes.forEach((size, i) => {
        file.write(offset, bytes(String(i + 1).repeat(size)), ignore)
        offset += size
      })
      machine.run()
      machine.crash()
      found.add(machine.text('a'))
    }
    return found
  }

  it('leaves a prefix of the writes', () => {
    const found = leftovers({ crashLoss: 'prefix', survival: 0.7, tear: 0 })
    expect([...found].toSorted()).toEqual(['', '111', '111222', '111222333'])
  })

  it('leaves any of the writes', () => {
    const found = leftovers({ crashLoss: 'any', survival: 0.5, tear: 0 })
    expect(found).toContain('\0\0\x00222')
    expect(found).toContain('111\0\0\x00333')
    expect(found.size).toBe(8)
  })

  it('tears the first write that it does not leave whole', () => {
    const found = leftovers({ crashLoss: 'prefix', survival: 0.5, tear: 1 })
    expect(found).toContain('1112')
    for (const text of found) expect('111222333').toContain(text)
  })

  it('tears in sectors', () => {
    const found = leftovers({ crashLoss: 'any', survival: 1, tear: 1 }, [1536])
    const sector = '1'.repeat(512)
    expect(found).toContain(sector)
    expect(found).toContain('\0'.repeat(512) + sector)
    expect(found).toContain(sector + '\0'.repeat(512) + sector)
  })
})
