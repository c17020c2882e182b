import fc from 'fast-check'
import { it } from 'vitest'
import { Chaos, type Choice, choiceRange } from './support/chaos.ts'
const choice: fc.Arbitrary<Choice> = fc.tuple(fc.nat({ max: choiceRange - 1 }), fc.nat({ max: 10_000 }), fc.nat({ max: 10_000 }))
const rules = ['persistNoVote', 'countSelfVoteBeforeDurable', 'commitOldTerms'] as const
it.each(rules)('%s', (rule) => {
  let i = 0
  const end = Date.now() + 150_000
  for (let seed = 1; Date.now() < end; seed++) for (const choices of fc.sample(fc.array(choice, { minLength: 300, maxLength: 500, size: 'max' }), { numRuns: 50, seed })) {
    const chaos = new Chaos(3, { preVote: false, checkQuorum: false, maxBatchBytes: 1, unsafe: { [rule]: true } }, 'stormy')
    i++
    try { for (const c of choices) chaos.perform(c); chaos.recover() } catch (e) {
      console.log(rule, i, (e as Error).message); return
    }
  }
  console.log(rule, i, 'not found')
}, 400_000)
