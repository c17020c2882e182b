import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CasRegisterInput, Operation, Value } from '../../src/index.ts'
import { casRegister, impossible, partialLinearizations, register } from '../../src/index.ts'
import { bruteForce } from './brute-force.ts'
import { casRegisterInput, histories } from './random-histories.ts'

const op = (input: CasRegisterInput, output: Value | undefined, call: number, end: number) => ({
  client: call,
  input,
  output,
  call,
  return: end,
})

test('each operation has the longest order that it is in', () => {
  const history = [
    op({ op: 'write', value: 1 }, undefined, 0, 1),
    op({ op: 'write', value: 2 }, undefined, 2, 5),
    op({ op: 'write', value: 3 }, undefined, 3, 6),
    op({ op: 'read' }, 2, 7, 8),
    op({ op: 'read' }, 3, 9, 10),
  ] as const
  const { operations, orders, orderOf, outcome } = partialLinearizations(register(), history as never, 1000)
  expect(outcome.verdict).toBe('not linearizable')
  const lengthOf = (at: number): number => {
    const order = orderOf[operations.indexOf(history[at] as never)]
    return order === undefined ? 0 : orders[order]!.length
  }
  // Either read fits after the writes, but the second only where the first has no place.
  expect([0, 1, 2, 3, 4].map(lengthOf)).toEqual([4, 4, 4, 4, 0])
  expect(outcome.blocked).toBe(history[4])
})

test('all orders respect real time and the model, and a linearizable history has one of everything', () => {
  let whole = 0
  const property = fc.property(histories(casRegisterInput, 7), (history) => {
    const model = casRegister()
    const found = partialLinearizations(model, history as Operation<CasRegisterInput, Value>[], 100_000)
    for (const order of found.orders) {
      const placed = order.map((number) => found.operations[number]!)
      let state: Value = null
      for (const [at, one] of placed.entries()) {
        expect(placed.slice(at + 1).some((later) => later.return < one.call)).toBe(false)
        const after = model.step(state, one.input, one.output)
        if (after === impossible) throw new Error('the model does not allow this order')
        state = after
      }
      // What is left out had not returned before what is placed last was called.
      const left = found.operations.filter((one) => !placed.includes(one))
      for (const one of left) expect(placed.some((other) => one.return < other.call)).toBe(false)
    }
    for (const [number, order] of found.orderOf.entries()) {
      if (order !== undefined) expect(found.orders[order]).toContain(number)
    }
    const isLinearizable = bruteForce(history) === 'linearizable'
    expect(found.outcome.verdict === 'linearizable').toBe(isLinearizable)
    if (!isLinearizable) return
    const answered = found.operations.filter((one) => one.return < Infinity).length
    if (answered > 0) expect(found.orders[0]!.length).toBeGreaterThanOrEqual(answered)
    whole++
  })
  fc.assert(property, { numRuns: 500, seed: 41 })
  expect(whole).toBeGreaterThan(50)
})
