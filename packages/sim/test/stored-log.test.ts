import { type LogImage, LogImageBuilder, type StorageOperation, majorityOf } from '@quorate/core'
import { describe, expect, it } from 'vitest'
import { StoredLog, type StoredVerdict } from '../src/invariants/stored-log.ts'
import { append, entry, meta, vote } from './support/stored-machine.ts'

/** What a store holds that was told this. */
function imageOf(writes: readonly StorageOperation[], incarnation: number): LogImage {
  const builder = new LogImageBuilder()
  for (const operation of writes) builder.apply(operation)
  return builder.image(incarnation)
}

const told: readonly StorageOperation[] = [append(1, 3), vote(1), append(4), append(5), append(6)]

/** The books of a store that was told this, one write each, of which so many are durable. */
function booksOf(durable: number, isAtRisk = false): StoredLog {
  const stored = new StoredLog(() => isAtRisk)
  stored.opened(imageOf([], 1))
  told.forEach((operation, i) => {
    const write = stored.write([operation])
    if (i < durable) stored.acknowledged(write)
  })
  return stored
}

describe('a store that is opened again', () => {
  it('may hold anything between what was durable and what it was told', () => {
    for (let count = 3; count <= told.length; count++) {
      expect(booksOf(3).opened(imageOf(told.slice(0, count), 2))).toBe('intact')
    }
  })

  it('may not lack what was durable', () => {
    for (let count = 0; count < 3; count++) {
      expect(booksOf(3).opened(imageOf(told.slice(0, count), 2))).toBe('wrong')
      expect(booksOf(3, true).opened(imageOf(told.slice(0, count), 2))).toBe('forgetful')
    }
  })

  it('may not count an opening twice', () => {
    expect(booksOf(3).opened(imageOf(told, 1))).toBe('forgetful')
  })

  it.each<[string, StorageOperation]>([
    ['an entry of another epoch', append(5, 5, 2)],
    ['another hard state', vote(2)],
    ['an entry more', append(7)],
    ['an entry less', { type: 'truncateAfter', index: 5 }],
    ['another base', { type: 'compactTo', meta: meta(2) }],
  ])('may not hold %s', (_, change) => {
    expect(booksOf(5).opened(imageOf([...told, change], 2))).toBe('wrong')
  })

  it('may not hold a ballot that it was not told', () => {
    const accept = (round: number): StorageOperation => {
      return { type: 'accept', ballot: { round, node: 1 }, entries: [entry(1)] }
    }
    const stored = new StoredLog(() => false)
    stored.acknowledged(stored.write([accept(1)]))
    expect(stored.opened(imageOf([accept(1)], 1))).toBe('intact')
    expect(stored.opened(imageOf([accept(2)], 2))).toBe('wrong')
  })

  it('may not hold a base with another membership', () => {
    const base = meta(1)
    const compact = (voters: readonly number[]): StorageOperation => {
      return { type: 'compactTo', meta: { ...base, membership: majorityOf(voters) } }
    }
    const holding = (voters: readonly number[]): StoredVerdict => {
      const stored = booksOf(5)
      stored.acknowledged(stored.write([compact([1, 2, 3])]))
      return stored.opened(imageOf([...told, compact(voters)], 2))
    }
    expect([holding([1, 2, 3]), holding([1, 2, 9])]).toEqual(['intact', 'wrong'])
  })

  it('may hold slots with holes, and start in one of them or above all', () => {
    const accept = (...slots: number[]): StorageOperation => {
      return { type: 'accept', ballot: { round: 2, node: 1 }, entries: slots.map((slot) => entry(slot)) }
    }
    const stored = new StoredLog(() => false)
    const operations: StorageOperation[] = []
    const steps = [accept(1, 2, 5, 9), { type: 'compactTo', meta: meta(4) } as const, accept(7)]
    for (const [i, operation] of [...steps, { type: 'compactTo', meta: meta(20) } as const].entries()) {
      operations.push(operation)
      stored.acknowledged(stored.write([operation]))
      expect(stored.opened(imageOf(operations, i + 1))).toBe('intact')
    }
    expect(stored.opened(imageOf(steps, 9))).toBe('wrong')
  })

  it('goes on from what it held', () => {
    const stored = booksOf(3)
    expect(stored.opened(imageOf(told.slice(0, 4), 2))).toBe('intact')
    const write = stored.write([append(6, 6, 2)])
    stored.acknowledged(write)
    const now = [...told.slice(0, 4), append(6, 6, 2)]
    expect(stored.opened(imageOf(now.slice(0, 4), 3))).toBe('wrong')
    expect(stored.opened(imageOf(now, 4))).toBe('intact')
  })

  it('may go back behind an opening, where syncs lie', () => {
    const stored = booksOf(5, true)
    expect(stored.opened(imageOf(told, 2))).toBe('intact')
    stored.acknowledged(stored.write([append(7)]))
    expect(stored.opened(imageOf(told.slice(0, 2), 3))).toBe('forgetful')
    expect(stored.opened(imageOf(told, 4))).toBe('wrong')
  })

  it('is known over a long time, without every write being kept', () => {
    const stored = new StoredLog(() => false)
    const writes: StorageOperation[] = []
    for (let index = 1; index <= 2000; index++) {
      writes.push(append(index))
      stored.acknowledged(stored.write([append(index)]))
    }
    expect(stored['writes'].length).toBeLessThan(600)
    expect(stored.opened(imageOf(writes, 1))).toBe('intact')
  })
})
