import { type Verdict, casRegister, checkLinearizability } from '@quorate/check'
import { describe, expect, it } from 'vitest'
import type { UnsafeCasPaxosRules } from '../../src/cas/index.ts'
import { RandomRegister } from './random-register.ts'

/** How long a register lives, and how often something crashes. */
interface Life {
  readonly steps: number
  readonly crashRate: number
}

const long: Life = { steps: 1_500, crashRate: 0.01 }
/** Ballots that are used again do harm only while no higher one is known. */
const short: Life = { steps: 150, crashRate: 0.05 }

function judge(seed: number, { steps, crashRate }: Life, unsafe: UnsafeCasPaxosRules = {}): Verdict {
  return checkLinearizability(casRegister(), new RandomRegister(seed, crashRate, unsafe).run(steps)).verdict
}

describe('a register, with messages lost, repeated and out of order, and crashes', () => {
  it.each([
    ['long', 100, long],
    ['short', 2_000, short],
  ] as const)('is linearizable in a %s life, %i seeds', (_, seeds, life) => {
    for (let seed = 1; seed <= seeds; seed++)
      expect([seed, judge(seed, life)]).toEqual([seed, 'linearizable'])
  })

  it('answers many operations of each kind, and some compare-and-sets are done and some not', () => {
    const operations = new RandomRegister(1, long.crashRate).run(long.steps)
    const done = operations.filter((operation) => operation.return < Infinity)
    expect(done.length).toBeGreaterThan(30)
    const outputs = done.filter(({ input }) => input.op === 'cas').map(({ output }) => output)
    expect(new Set(outputs)).toEqual(new Set([true, false]))
    expect(done.some(({ input, output }) => input.op === 'read' && output !== null)).toBe(true)
  })
})

describe('with a rule broken it is not, and a seed shows it', () => {
  it.each<[keyof UnsafeCasPaxosRules, Life, number]>([
    ['majorityMinusOne', long, 20],
    ['promiseNotPersisted', short, 2_000],
    ['ignoreAccepted', long, 20],
    // The model checker finds it in 15 steps: it takes promises that come again after a crash.
    ['ballotReused', short, 40_000],
    ['oneBallot', long, 40],
    ['answerBeforeAccepted', long, 20],
  ])('%s', (rule, life, budget) => {
    const seeds = Array.from({ length: budget }, (_, i) => i + 1)
    const found = seeds.find((seed) => judge(seed, life, { [rule]: true }) === 'not linearizable')
    expect(found).toBeDefined()
  })
})
