import { QuorateError } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { type RotArea, rotAreas } from '../src/disk/spoil.ts'
import { Random } from '../src/random/random.ts'
import { DiskMachine } from './support/disk-machine.ts'
import { StoredMachine, append, meta, vote } from './support/stored-machine.ts'

/** A machine whose log holds entries 1 … 5 and a vote, durably. */
function withEntries(...parts: ConstructorParameters<typeof StoredMachine>): StoredMachine {
  const machine = new StoredMachine(...parts)
  expect(machine.open()).toBe('intact')
  for (let index = 1; index <= 5; index++) expect(machine.write(append(index))).toBeUndefined()
  expect(machine.write(vote(7))).toBeUndefined()
  return machine
}

describe('a read that fails', () => {
  it('keeps the stores from opening, and harms nothing', () => {
    const machine = withEntries()
    machine.crash()
    machine.disk.failNext('read')
    expect(machine.open()).toBe('STORAGE')
    expect(machine.disk.hasFailed).toBe(true)
    machine.kill()
    expect(machine.open()).toBe('intact')
    expect(machine.lastIndex).toBe(5)
    expect(machine.misdeeds).toEqual(['read-error'])
  })

  it('is reported to whoever reads old entries', () => {
    const machine = withEntries()
    machine.disk.failNext('read')
    let failure: Error | undefined
    machine.log.read(1, 3, (_, error) => (failure = error))
    machine.run()
    expect(failure).toMatchObject({ code: 'STORAGE' })
    machine.log.read(1, 3, (entries, error) => {
      expect([entries.length, error]).toEqual([3, undefined])
    })
  })
})

describe('a write that fails', () => {
  it('ends the store, and what was durable is there when it is opened again', () => {
    for (let seed = 1; seed <= 50; seed++) {
      const machine = withEntries({}, {}, seed)
      machine.disk.failNext('write')
      expect(machine.write(append(6, 40))).toMatchObject({ code: 'STORAGE' })
      expect(machine.write(append(6))).toMatchObject({ code: 'STORAGE' })
      if (seed % 2 === 0) machine.crash()
      else machine.kill()
      expect(machine.open()).toBe('intact')
      expect([5, 40]).toContain(machine.lastIndex)
    }
  })
})

describe('what is left of a failed write', () => {
  it('is torn no further: each of its sectors is there whole, or not at all', () => {
    const lengths = new Set<number>()
    for (let seed = 1; seed <= 200; seed++) {
      const machine = new DiskMachine({ crashLoss: 'any', survival: 0.5, tear: 1 }, seed)
      const file = machine.file('a')
      machine.disk.failNext('write')
      file.write(0, new Uint8Array(2048).fill(0x31), () => {})
      machine.run()
      machine.crash()
      const sectors = machine.text('a').match(/[^]{1,512}/g) ?? []
      for (const sector of sectors.slice(0, -1)) expect(new Set(sector).size).toBe(1)
      lengths.add(sectors.length)
    }
    expect(lengths.size).toBeGreaterThan(3)
  })
})

describe('a full disk', () => {
  it('refuses what needs space, until there is some', () => {
    const machine = withEntries()
    machine.disk.trouble.fill(1000)
    expect(machine.write(append(6))?.message).toContain('ENOSPC')
    machine.kill()
    expect(machine.open()).toBe('STORAGE')
    machine.run(2000)
    machine.scheduler.after(2000, 'control', undefined, () => {})
    machine.run()
    machine.kill()
    expect(machine.open()).toBe('intact')
    expect(machine.write(append(6))).toBeUndefined()
    expect(machine.misdeeds).toEqual(['disk-full', 'disk-full'])
  })

  it('does not stop writes to space that was allotted before', () => {
    const machine = withEntries({ preallocate: true, segmentBytes: 65_536 })
    machine.disk.trouble.fill(1000)
    expect(machine.write(append(6))).toBeUndefined()
  })
})

describe('a sync that fails', () => {
  it.each([false, true])(
    'loses nothing that was durable; what it was to write taken for written: %s',
    (forgets) => {
      for (let seed = 1; seed <= 50; seed++) {
        const machine = withEntries({}, { survival: 0.5, tear: 0.5 }, seed)
        machine.disk.failNext('sync', forgets)
        expect(machine.write(append(6, 20))).toMatchObject({ code: 'STORAGE' })
        machine.kill()
        expect(machine.open()).toBe('intact')
        const { lastIndex } = machine
        expect(lastIndex).toBe(20)
        // What it was opened with has been acted upon: it must be durable, although the failed sync never wrote it.
        machine.crash()
        expect(machine.open()).toBe('intact')
        expect(machine.lastIndex).toBe(20)
      }
    },
  )
})

describe('a disk that is slow', () => {
  it('takes so much longer for everything', () => {
    const time = (factor: number): number => {
      const machine = withEntries({}, { minSync: 1, meanSync: 1 })
      const before = machine.scheduler.now
      machine.disk.trouble.slow(60_000, factor)
      expect(machine.write(append(6))).toBeUndefined()
      return machine.scheduler.now - before
    }
    expect(time(10)).toBe(10 * time(1))
  })
})

describe('a sync that lies', () => {
  it('makes a log forget what it had acknowledged, without a trace', () => {
    const machine = withEntries()
    expect(machine.disk.isAtRisk).toBe(false)
    machine.disk.trouble.lie(1000)
    expect(machine.write(append(6))).toBeUndefined()
    expect(machine.disk.isAtRisk).toBe(true)
    machine.crash()
    expect(machine.disk.mayHaveForgotten).toBe(true)
    expect(machine.open()).toBe('forgetful')
    expect(machine.lastIndex).toBe(5)
  })

  it('is made good by the next one that does not', () => {
    const machine = withEntries()
    machine.disk.trouble.lie(1000)
    expect(machine.write(append(6))).toBeUndefined()
    machine.disk.mend()
    expect(machine.disk.isAtRisk).toBe(true)
    expect(machine.write(append(7))).toBeUndefined()
    expect(machine.disk.isAtRisk).toBe(false)
    machine.crash()
    expect(machine.open()).toBe('intact')
    expect(machine.lastIndex).toBe(7)
  })

  it('about the directory loses files', () => {
    const outcomes = new Set<string>()
    for (let seed = 1; seed <= 30; seed++) {
      const machine = withEntries({}, {}, seed)
      machine.disk.trouble.lie(100_000)
      expect(machine.writeSnapshot(meta(5), new Uint8Array(500))).toBeUndefined()
      expect(machine.write({ type: 'compactTo', meta: meta(5) })).toBeUndefined()
      machine.crash()
      outcomes.add(machine.open())
    }
    expect([...outcomes].sort()).toEqual(['CORRUPT_LOG', 'forgetful'])
  })

  it('is found out where a later write survived', () => {
    const outcomes = new Set<string>()
    for (let seed = 1; seed <= 60; seed++) {
      const machine = withEntries({}, { crashLoss: 'any', survival: 0.5 }, seed)
      machine.disk.trouble.lie(1000)
      for (let index = 6; index < 9; index++) expect(machine.write(append(index))).toBeUndefined()
      machine.crash()
      outcomes.add(machine.open())
    }
    expect([...outcomes].sort()).toEqual(['CORRUPT_LOG', 'forgetful', 'intact'])
  })
})

describe('a misdirected write', () => {
  it.each(['same', 'other'] as const)('(%s file) is refused or forgotten, and never served', (file) => {
    const outcomes = new Map<string, number>()
    for (let seed = 1; seed <= 200; seed++) {
      const machine = withEntries({ preallocate: seed % 2 === 0 }, {}, seed)
      expect(machine.writeSnapshot(meta(3), new Uint8Array(900).fill(7))).toBeUndefined()
      machine.disk.trouble.misdirectNext(file)
      for (let index = 6; index < 7 + (seed % 3) * 3; index++) {
        expect(machine.write(append(index))).toBeUndefined()
      }
      machine.crash()
      const { isHarmed, mayHaveForgotten } = machine.disk
      const outcome = machine.open()
      expect(['intact', 'CORRUPT_LOG', 'forgetful'], `seed ${seed}`).toContain(outcome)
      if (outcome === 'forgetful') expect(mayHaveForgotten).toBe(true)
      if (outcome === 'CORRUPT_LOG') expect(isHarmed).toBe(true)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    expect(outcomes.get('CORRUPT_LOG')).toBeGreaterThan(20)
    expect(outcomes.get('forgetful')).toBeGreaterThan(10)
  })
})

describe('a flipped bit', () => {
  /** What opening comes to over many places of the bit, and how often. */
  function outcomesOf(area: RotArea, preallocate: boolean): Map<string, number> {
    const outcomes = new Map<string, number>()
    for (let seed = 1; seed <= 300; seed++) {
      const machine = withEntries({ preallocate }, {}, seed)
      for (let index = 6; index < 30; index += 3)
        expect(machine.write(append(index, index + 2))).toBeUndefined()
      expect(machine.disk.rot(new Random(seed), area)).toBe(true)
      expect(machine.disk.isAtRisk).toBe(true)
      expect(machine.disk.mayHaveForgotten).toBe(false)
      machine.crash()
      const outcome = machine.open()
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }
    return outcomes
  }

  describe.each(['log', 'log-start', 'log-end'] as const)('in the log (%s)', (area) => {
    it.each([false, true])('is always found (space allotted ahead: %s)', (preallocate) => {
      expect(Object.fromEntries(outcomesOf(area, preallocate))).toEqual({ CORRUPT_LOG: 300 })
    })
  })

  it('in a snapshot is found at the latest when that is read', () => {
    for (let seed = 1; seed <= 200; seed++) {
      const machine = withEntries()
      expect(machine.writeSnapshot(meta(5), new Uint8Array(500).fill(3))).toBeUndefined()
      expect(machine.disk.rot(new Random(seed), 'snapshot')).toBe(true)
      machine.crash()
      const outcome = machine.open()
      expect(['intact', 'CORRUPT_LOG']).toContain(outcome)
      if (outcome === 'CORRUPT_LOG') continue
      expect(() => [...machine.snapshots.load(meta(5))]).toThrow(QuorateError)
    }
  })

  it('does not exist where nothing was written', () => {
    const machine = new StoredMachine()
    for (const area of rotAreas) expect(machine.disk.rot(new Random(1), area)).toBe(false)
    expect(machine.disk.isAtRisk).toBe(false)
  })

  it('is gone with its file', () => {
    const machine = withEntries()
    expect(machine.writeSnapshot(meta(4), new Uint8Array(500).fill(3))).toBeUndefined()
    machine.disk.rot(new Random(1), 'snapshot')
    expect(machine.disk.isAtRisk).toBe(true)
    expect(machine.writeSnapshot(meta(5), new Uint8Array(500).fill(4))).toBeUndefined()
    machine.snapshots.prune(meta(5))
    expect(machine.disk.isAtRisk).toBe(true)
    machine.mounted.syncDirectory(() => {})
    machine.run()
    expect(machine.disk.isAtRisk).toBe(false)
    machine.crash()
    expect(machine.open()).toBe('intact')
  })
})

describe('what is frozen', () => {
  it('stays as it is, and what was ordered does not come', () => {
    const machine = withEntries()
    const { trouble } = machine.disk
    trouble.fill(10)
    trouble.slow(10, 3)
    trouble.failNext('sync', false)
    trouble.lie(1000)
    trouble.freeze()
    machine.scheduler.after(1_000_000, 'control', undefined, () => {})
    machine.run()
    expect([trouble.isFull, trouble.slowness, trouble.isLying, trouble.hangs]).toEqual([
      true,
      3,
      false,
      false,
    ])
    expect(trouble.takeFailure('sync')).toBeUndefined()
    trouble.stall(1)
    trouble.freeze()
    expect(trouble.hangs).toBe(true)
    trouble.mend()
    expect([trouble.isFull, trouble.slowness, trouble.isStalled]).toEqual([false, 1, false])
  })
})
