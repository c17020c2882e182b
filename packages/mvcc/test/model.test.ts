import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { command, range } from './support/arbitraries.ts'
import { definition, drain, Subject } from './support/harness.ts'
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

describe('the digest', () => {
  it('stays with a command that is refused, and moves with one that changes something', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const subject = new Subject()
        for (const { command } of given) {
          const before = subject.machine.digest()
          const result = subject.apply(command)
          if (result.type === 'error') expect(subject.machine.digest()).toBe(before)
          else if (subject.changes.length > 0 || result.type === 'compact')
            expect(subject.machine.digest()).not.toBe(before)
        }
      }),
    )
  })
})

describe('a snapshot', () => {
  it('of a copy is the same, byte for byte', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const [original, copy] = [new Subject(), new Subject()]
        for (const { command } of given) original.apply(command)
        const pieces = drain(original.machine.snapshot())
        copy.machine.restore(pieces)
        expect(Buffer.concat(drain(copy.machine.snapshot()))).toEqual(Buffer.concat(pieces))
      }),
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
})
