import { describe, expect, it } from 'vitest'
import {
  type Entry,
  type Message,
  Outbox,
  type StorageOperation,
  majorityOf,
  makeEntry,
  noOutput,
} from '../src/index.ts'

interface Note extends Message {
  readonly type: 'note'
  readonly text: string
}

const note = (text: string): Note => ({ type: 'note', text })
const token = { epoch: 1, sequence: 1 }
const hardState: StorageOperation = { type: 'setHardState', bytes: new Uint8Array(1) }
const meta = { index: 1, epoch: 1, membership: majorityOf([1]) }
const entryOf = (index: number): Entry => makeEntry(index, 1, 0, 'noop', undefined, new Uint8Array(0))

/** Puts one thing of each kind in. */
function fill(outbox: Outbox<Note>): void {
  outbox.sendNow(1, note('now'))
  outbox.sendWhenDurable(2, note('held'))
  outbox.persist(hardState)
  outbox.snapshot({ type: 'build' })
  outbox.apply([entryOf(1)])
  outbox.reply({ type: 'done', sequence: 1 })
  outbox.setTimer('election', 1, 2)
  outbox.resetLink(3)
  outbox.fetchEntries(1, 2)
  outbox.trace({ name: 'x', node: 1, epoch: 1, rule: '', detail: {} })
}

describe('Outbox', () => {
  it('hands everything over once', () => {
    const outbox = new Outbox<Note>()
    fill(outbox)
    expect(outbox.hasPersist).toBe(true)
    expect(outbox.take(token)).toEqual({
      send: [{ to: 1, message: note('now') }],
      persist: { token, operations: [hardState], sync: true },
      sendAfter: [{ token, envelopes: [{ to: 2, message: note('held') }] }],
      snapshots: [{ type: 'build' }],
      apply: [entryOf(1)],
      replies: [{ type: 'done', sequence: 1 }],
      timers: [{ name: 'election', range: { min: 1, max: 2 } }],
      resets: [3],
      fetch: { from: 1, to: 2 },
      events: [{ name: 'x', node: 1, epoch: 1, rule: '', detail: {} }],
    })
    expect(outbox.hasPersist).toBe(false)
    expect(outbox.take(undefined)).toEqual(noOutput)
  })

  it('never changes what it has handed out, be it full or empty', () => {
    const outbox = new Outbox<Note>()
    const first = outbox.take(undefined)
    fill(outbox)
    const second = outbox.take(token)
    const copy = structuredClone(second)
    fill(outbox)
    fill(outbox)
    outbox.take(token)
    expect(first).toEqual(noOutput)
    expect(second).toEqual(copy)
  })

  describe('held messages', () => {
    it('wait for this turn’s persist, or for the last one under way', () => {
      const outbox = new Outbox<Note>()
      outbox.sendNow(1, note('a'))
      outbox.sendWhenDurable(1, note('b'))
      const output = outbox.take({ epoch: 1, sequence: 7 })
      expect(output.send).toEqual([{ to: 1, message: note('a') }])
      expect(output.persist).toBeUndefined()
      expect(output.sendAfter).toEqual([
        { token: { epoch: 1, sequence: 7 }, envelopes: [{ to: 1, message: note('b') }] },
      ])
    })

    it('leave at once, behind the others, if all is durable', () => {
      const outbox = new Outbox<Note>()
      outbox.sendWhenDurable(1, note('b'))
      outbox.sendNow(1, note('a'))
      const output = outbox.take(undefined)
      expect(output.send.map(({ message }) => message.text)).toEqual(['a', 'b'])
      expect(output.sendAfter).toEqual([])
      expect(outbox.take(undefined).send).toEqual([])
    })
  })

  it('never loses a persist for want of a token', () => {
    const outbox = new Outbox<Note>()
    outbox.persist(hardState)
    expect(() => outbox.take(undefined)).toThrow('a persist has a token')
  })

  it('syncs if any operation of the turn asks for it', () => {
    const outbox = new Outbox<Note>()
    outbox.persist({ type: 'compactTo', meta }, false)
    expect(outbox.take(token).persist?.sync).toBe(false)
    outbox.persist({ type: 'compactTo', meta }, false)
    outbox.persist(hardState)
    outbox.persist({ type: 'compactTo', meta }, false)
    expect(outbox.take(token).persist).toMatchObject({ sync: true, operations: { length: 3 } })
    outbox.persist({ type: 'compactTo', meta }, false)
    expect(outbox.take(token).persist?.sync).toBe(false)
  })

  it('keeps the last change of each timer', () => {
    const outbox = new Outbox<Note>()
    outbox.setTimer('election', 1, 2)
    outbox.setTimer('heartbeat', 5)
    outbox.cancelTimer('election')
    outbox.cancelTimer('heartbeat')
    outbox.setTimer('heartbeat', 6)
    expect(outbox.take(undefined).timers).toEqual([
      { name: 'election', range: undefined },
      { name: 'heartbeat', range: { min: 6, max: 6 } },
    ])
  })

  it('joins what is applied in parts, and leaves the lists of others alone', () => {
    const outbox = new Outbox<Note>()
    const none: Entry[] = []
    const one = [entryOf(1)]
    outbox.apply(none)
    outbox.apply(one)
    outbox.apply([entryOf(2)])
    expect(outbox.take(undefined).apply.map(({ index }) => index)).toEqual([1, 2])
    expect([none.length, one.length]).toEqual([0, 1])
    outbox.apply(none)
    none.push(entryOf(9))
    expect(outbox.take(undefined).apply).toEqual([])
  })
})
