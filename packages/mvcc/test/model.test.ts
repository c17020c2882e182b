import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { command, range } from './support/arbitraries.ts'
import { definition, drain, recut, Subject } from './support/harness.ts'
import { NaiveModel } from './support/naive-model.ts'

const step = fc.record({ command, query: range })
const steps = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' })
const everything = { type: 'range', key: Uint8Array.of(0), rangeEnd: Uint8Array.of(0) } as const

describe('the machine and a list of all writes ever', () => {
  it('give the same results, changes and answers, at every revision', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const subject = new Subject()
        const model = new NaiveModel()
        for (const { command, query } of given) {
          expect(subject.applyEncoded(command)).toEqual(model.apply(command))
          expect(subject.changes).toEqual(model.changes)
          expect(subject.query(query)).toEqual(model.query(query))
          expect(subject.query({ type: 'status' })).toEqual(model.query({ type: 'status' }))
        }
        for (let revision = 1; revision <= given.length + 2; revision++) {
          expect(subject.query({ ...everything, revision })).toEqual(model.query({ ...everything, revision }))
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('two machines', () => {
  it('fed the same commands have equal results, changes and digests, encoded or not', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const [left, right] = [new Subject(), new Subject()]
        for (const { command } of given) {
          const before = left.machine.digest()
          const result = left.apply(command)
          expect(right.applyEncoded(command)).toEqual(result)
          expect(right.changes).toEqual(left.changes)
          expect(right.machine.digest()).toBe(left.machine.digest())
          if (result.type === 'error') expect(left.machine.digest()).toBe(before)
          else if (left.changes.length > 0 || result.type === 'compact')
            expect(left.machine.digest()).not.toBe(before)
          // Reads change nothing.
          left.query(everything)
          expect(left.machine.digest()).toBe(right.machine.digest())
        }
      }),
    )
  })
})

describe('a snapshot', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 8 })

  it('holds the state at which it was taken, though commands follow before it is read', () => {
    fc.assert(
      fc.property(steps, fc.nat(60), fc.nat(60), sizes, (given, takenAt, readAt, cuts) => {
        const original = new Subject()
        const taken = Math.min(takenAt, given.length)
        const read = Math.min(taken + readAt, given.length)
        for (const { command } of given.slice(0, taken)) original.apply(command)
        const digest = original.machine.digest()
        const status = original.query({ type: 'status' })
        const answers = given.map(({ query }) => original.query(query))
        const source = original.machine.snapshot()
        for (const { command } of given.slice(taken, read)) original.apply(command)
        const pieces = drain(source)

        const copy = new Subject()
        copy.put('other', 'state')
        copy.machine.restore(recut(pieces, cuts))
        expect(copy.machine.digest()).toBe(digest)
        expect(copy.query({ type: 'status' })).toEqual(status)
        expect(given.map(({ query }) => copy.query(query))).toEqual(answers)
        // The copy's own snapshot is the same, byte for byte.
        expect(Buffer.concat(drain(copy.machine.snapshot()))).toEqual(Buffer.concat(pieces))

        // ... and the copy goes on as the original did.
        const third = new Subject()
        for (const { command } of given.slice(0, taken)) third.apply(command)
        for (const { command } of given.slice(taken)) {
          expect(copy.apply(command)).toEqual(third.apply(command))
          expect(copy.changes).toEqual(third.changes)
          expect(copy.machine.digest()).toBe(third.machine.digest())
          expect(copy.query({ type: 'status' })).toEqual(third.query({ type: 'status' }))
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is written piece by piece while large values are put, deleted and compacted', () => {
    const subject = new Subject()
    const large = (key: number, fill: number) =>
      subject.apply({
        type: 'put',
        key: Uint8Array.of(1, key),
        value: new Uint8Array(40_000 + key).fill(fill),
      })
    for (let key = 0; key < 40; key++) large(key, 1)
    for (let key = 0; key < 40; key += 2) large(key, 2)
    for (let key = 0; key < 40; key += 5) subject.delete(String.fromCharCode(1, key))
    const digest = subject.machine.digest()
    const state = subject.all()
    const source = subject.machine.snapshot()
    const pieces: Uint8Array[] = []
    for (let i = 0; ; i++) {
      const piece = source.next()
      if (piece === undefined) break
      expect(piece.length).toBeLessThanOrEqual(256 * 1024)
      pieces.push(piece)
      large(i % 40, 3)
      large(100 + i, 4)
      subject.delete(String.fromCharCode(1, (i * 7) % 40))
      const status = subject.query({ type: 'status' })
      if (status.type === 'status') subject.compact(status.revision)
    }
    source.close()
    expect(pieces.length).toBeGreaterThan(5)
    const copy = definition.create()
    copy.restore(pieces)
    expect(copy.digest()).toBe(digest)
    const restored = new Subject()
    restored.machine.restore(pieces)
    expect(restored.all()).toBe(state)
  })

  it('can be let go of early, and others go on', () => {
    const subject = new Subject()
    subject.put('a', '1')
    const [first, second] = [subject.machine.snapshot(), subject.machine.snapshot()]
    first.close()
    subject.put('a', '2')
    subject.compact(3)
    subject.put('b', '')
    const copy = new Subject()
    copy.machine.restore(drain(second))
    expect(copy.all()).toBe('a=1')
  })

  it('outlives a restore of the machine it was taken of', () => {
    const subject = new Subject()
    const empty = drain(subject.machine.snapshot())
    subject.put('a', '1')
    const source = subject.machine.snapshot()
    subject.machine.restore(empty)
    expect(subject.all()).toBe('')
    const copy = new Subject()
    copy.machine.restore(drain(source))
    expect(copy.all()).toBe('a=1')
  })
})
