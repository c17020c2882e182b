import fc from 'fast-check'
import { it } from 'vitest'
import { Chaos, type Choice, choiceRange } from './support/chaos.ts'
const choice: fc.Arbitrary<Choice> = fc.tuple(
  fc.nat({ max: 100000 }),
  fc.nat({ max: 10_000 }),
  fc.nat({ max: 10_000 }),
)
const tight = {
  maxInflightMessages: 2,
  maxBatchBytes: 3,
  maxUncommittedBytes: 6,
  compactionTail: 2,
  catchUpTail: 4,
}
it('stats', () => {
  const counts: Record<string, number> = {}
  let commits = 0
  let maxTerm = 0
  for (const choices of fc.sample(fc.array(choice, { minLength: 300, maxLength: 500, size: 'max' }), {
    numRuns: 60,
    seed: 5,
  })) {
    const chaos = new Chaos(3, tight)
    for (const c of choices) chaos.perform(c)
    commits += chaos.invariants.committed.size
    chaos.recover()
    for (const id of [1, 2, 3]) {
      for (const e of chaos.cluster.node(id).events) {
        const k = e.name === 'Ignore' ? `Ignore:${e.detail['what']}:${e.detail['reason']}` : e.name
        counts[k] = (counts[k] ?? 0) + 1
      }
      for (const r of chaos.cluster.node(id).replies) {
        const k = `reply:${r.type}:${'reason' in r ? r.reason : ''}:${'outcome' in r ? r.outcome : ''}`
        counts[k] = (counts[k] ?? 0) + 1
      }
      maxTerm = Math.max(maxTerm, chaos.cluster.observe(id).epoch)
    }
  }
  console.log(
    JSON.stringify({ commits, maxTerm, ...Object.fromEntries(Object.entries(counts).sort()) }, null, 1),
  )
})
const rules = [
  'commitOldTerms',
  'forgetVoteOnStepDown',
  'countSelfVoteBeforeDurable',
  'ackBeforeDurable',
  'skipReadConfirmation',
  'skipOwnTermReadGate',
  'persistNoVote',
] as const
it.each(rules)('%s', (rule) => {
  const found: Record<string, number> = {}
  let first = -1
  let i = 0
  for (const choices of fc.sample(fc.array(choice, { minLength: 300, maxLength: 500, size: 'max' }), {
    numRuns: 150,
    seed: 7,
  })) {
    const chaos = new Chaos(3, { ...tight, preVote: false, unsafe: { [rule]: true } }, 'stormy')
    i++
    try {
      for (const c of choices) chaos.perform(c)
      chaos.recover()
    } catch (e) {
      const m = (e as Error).message.replace(/\d+/g, 'N').slice(0, 90)
      found[m] = (found[m] ?? 0) + 1
      if (first < 0) first = i
    }
  }
  console.log(rule, first, found)
})
