import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { command, moment, query } from './support/arbitraries.ts'
import { context, definition, drain, Subject } from './support/harness.ts'
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

describe('the digest', () => {
  it('moves with every command: each has a zxid of its own', () => {
    fc.assert(
      fc.property(steps, (given) => {
        const subject = new Subject()
        for (const { command, at } of given) {
          const before = subject.machine.digest()
          subject.apply(command, at)
          expect(subject.machine.digest()).not.toBe(before)
        }
      }),
    )
  })
})

describe('a snapshot', () => {
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
})
