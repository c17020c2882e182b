import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { command, moment, query } from './support/arbitraries.ts'
import { bytes, context, definition, drain, recut, Subject } from './support/harness.ts'
import { NaiveModel } from './support/naive-model.ts'

const step = fc
  .record({ command, query, moment })
  .map(({ moment: { epoch, time }, ...rest }) => ({ ...rest, at: context(epoch, time) }))
const steps = fc.array(step, { minLength: 1, maxLength: 60, size: 'max' })

describe('the machine and a map from path to node', () => {
  it('give the same results, changes and answers', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const subject = new Subject()
        const model = new NaiveModel()
        for (const { command, query, at } of given) {
          expect(subject.applyEncoded(command, at)).toEqual(model.apply(command, at))
          expect(subject.changes).toEqual(model.changes)
          expect(subject.query(query)).toEqual(model.query(query))
        }
        for (const { query } of given) expect(subject.query(query)).toEqual(model.query(query))
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
        for (const { command, query, at } of given) {
          const before = left.machine.digest()
          expect(right.applyEncoded(command, at)).toEqual(left.apply(command, at))
          expect(right.changes).toEqual(left.changes)
          expect(left.machine.digest()).not.toBe(before)
          left.query(query)
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
        for (const { command, at } of given.slice(0, taken)) original.apply(command, at)
        const digest = original.machine.digest()
        const answers = given.map(({ query }) => original.query(query))
        const source = original.machine.snapshot()
        for (const { command, at } of given.slice(taken, read)) original.apply(command, at)
        const pieces = drain(source)

        const copy = new Subject()
        copy.create('/other')
        copy.machine.restore(recut(pieces, cuts))
        expect(copy.machine.digest()).toBe(digest)
        expect(given.map(({ query }) => copy.query(query))).toEqual(answers)

        // ... and the copy goes on as the original did, also through a snapshot of its own.
        const third = new Subject()
        third.machine.restore(drain(copy.machine.snapshot()))
        const again = new Subject()
        for (const { command, at } of given.slice(0, taken)) again.apply(command, at)
        for (const { command, at } of given.slice(taken)) {
          const result = again.apply(command, at)
          expect(copy.apply(command, at)).toEqual(result)
          expect(third.apply(command, at)).toEqual(result)
          expect(copy.changes).toEqual(again.changes)
          expect(copy.machine.digest()).toBe(again.machine.digest())
          expect(third.machine.digest()).toBe(again.machine.digest())
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is written piece by piece while nodes are created, changed, deleted and made again', () => {
    const action = fc.tuple(fc.nat(3), fc.nat(19))
    fc.assert(
      fc.property(fc.array(action, { minLength: 20, maxLength: 60 }), fc.nat(3), (actions, perPiece) => {
        const subject = new Subject()
        const large = (fill: number) => new Uint8Array(100_000).fill(fill)
        const act = ([kind, node]: readonly [number, number], fill: number) => {
          const path = `/n${node}`
          if (kind === 0) subject.delete(path)
          else if (kind === 1) subject.apply({ type: 'setData', path, data: large(fill), version: -1 })
          else subject.apply({ type: 'create', path, data: large(fill), mode: 'PERSISTENT' })
        }
        for (let node = 0; node < 15; node++) act([2, node], 1)
        const digest = subject.machine.digest()
        const [first, second] = [subject.machine.snapshot(), subject.machine.snapshot()]
        const pieces: Uint8Array[] = []
        let next = 0
        for (let piece = first.next(); piece !== undefined; piece = first.next()) {
          pieces.push(piece)
          expect(piece.length).toBeLessThanOrEqual(256 * 1024)
          for (let i = 0; i < perPiece && next < actions.length; i++, next++) act(actions[next]!, next)
        }
        first.close()
        expect(pieces.length).toBeGreaterThan(4)
        const copy = definition.create()
        copy.restore(pieces)
        expect(copy.digest()).toBe(digest)
        copy.restore(drain(second))
        expect(copy.digest()).toBe(digest)
        copy.restore(drain(subject.machine.snapshot()))
        expect(copy.digest()).toBe(subject.machine.digest())
      }),
      { numRuns: 20 },
    )
  })

  it('can be let go of early, and outlives a restore of the machine it was taken of', () => {
    const subject = new Subject()
    const empty = drain(subject.machine.snapshot())
    subject.create('/a', '1')
    subject.machine.snapshot().close()
    const source = subject.machine.snapshot()
    subject.machine.restore(empty)
    expect(subject.children('/')).toEqual(['zookeeper'])
    const copy = new Subject()
    copy.machine.restore(drain(source))
    expect(copy.query({ type: 'getData', path: '/a' })).toMatchObject({ data: bytes('1') })
  })
})
