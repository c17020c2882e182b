import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CasRegisterInput, KvInput, Model, Operation, Value } from '../../src/index.ts'
import { casRegister, checkLinearizability, checkWithWitness, kv, register } from '../../src/index.ts'
import { bruteForce } from './brute-force.ts'
import { casRegisterInput, histories, kvInput, registerInput } from './random-histories.ts'

const runs = 1500

/** Compares on random histories, and sees to it that both verdicts and both ways of a check occurred. */
function compare<Input extends CasRegisterInput | KvInput>(
  model: Model<Value, Input, Value>,
  input: fc.Arbitrary<Input>,
): void {
  const seen = { linearizable: 0, 'not linearizable': 0, unknown: 0 }
  let witnessed = 0
  const property = fc.property(histories(input), (history: Operation<Input, Value>[]) => {
    const truth = bruteForce(history)
    expect(checkLinearizability(model, history).verdict).toBe(truth)
    const guided = checkWithWitness(model, history)
    expect(guided.verdict).toBe(truth)
    seen[truth]++
    if (guided.witnessed === guided.partitions) witnessed++
  })
  fc.assert(property, { numRuns: runs, seed: 7 })
  expect(seen.linearizable).toBeGreaterThan(runs / 10)
  expect(seen['not linearizable']).toBeGreaterThan(runs / 10)
  expect(witnessed).toBeGreaterThan(runs / 10)
  expect(witnessed).toBeLessThanOrEqual(seen.linearizable)
}

describe('with every model, both checks give the verdict of the definition', () => {
  test('register', () => compare(register(), registerInput))
  test('cas-register', () => compare(casRegister(), casRegisterInput))
  test('kv', () => compare(kv(), kvInput))
})

test('a model that says neither what reads are nor how to split gets the same verdicts', () => {
  const full = kv()
  const bare: Model<Value, KvInput, Value> = {
    name: 'bare',
    initial: () => full.initial(),
    step: (state, input, output) => full.step(state, input, output),
    equal: (a, b) => full.equal(a, b),
    hash: (state) => full.hash(state),
  }
  const oneKey = kvInput.map((input) => ({ ...input, key: 'x' }))
  compare(bare, oneKey)
})

test('a model with one hash for every state gets the same verdicts', () => {
  compare({ ...casRegister(), hash: () => 0 }, casRegisterInput)
})

describe('on longer histories of one key the guided check gives the verdict of the plain one', () => {
  const oneKey = kvInput.map((input) => ({ ...input, key: 'x' }))
  test('cas-register', () => compareGuided(casRegister(), casRegisterInput))
  test('kv', () => compareGuided(kv(), oneKey))
})

/** Too long for brute force, and long enough for operations without witness to be fitted in wrongly. */
function compareGuided<Input extends CasRegisterInput | KvInput>(
  model: Model<Value, Input, Value>,
  input: fc.Arbitrary<Input>,
): void {
  const property = fc.property(histories(input, 12), (history: Operation<Input, Value>[]) => {
    expect(checkWithWitness(model, history).verdict).toBe(checkLinearizability(model, history).verdict)
  })
  fc.assert(property, { numRuns: 4 * runs, seed: 8 })
}
