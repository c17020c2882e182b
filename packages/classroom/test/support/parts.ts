import { QuorateError } from '@quorate/core'
import { raft, validate, type RaftState } from '@quorate/raft'
import type { Exploration, LessonParts, SeedOutcome } from '../../src/index.ts'

/** What an exploration is said to have come to. */
export const explored: Exploration = {
  verdict: 'violated',
  scope: ['2 proposers', '3 acceptors'],
  breach: 'one answer too few is enough',
  distinct: 1234,
  generated: 5678,
  covered: 7,
  violation: { name: 'one value is chosen', message: 'A and B are chosen', steps: ['first', 'second'] },
  seen: [{ name: 'votes can collide', message: '', steps: ['only'] }],
}

/** The third of three seeds fails. */
export function seedOutcome(seed: number): SeedOutcome {
  const isGood = seed % 3 !== 0
  return {
    end: isGood ? 'good' : 'failed',
    violation: isGood ? undefined : 'agreement',
    commits: 10 * seed,
    elections: 1,
  }
}

/** The real Raft engine, and stand-ins for what a composition root hands in. */
export const parts: LessonParts = {
  engine(name) {
    if (name !== 'raft') throw new QuorateError('USAGE', `unknown engine "${name}"`)
    return { name, create: raft, checks: { validate: (state) => validate(state as RaftState) } }
  },
  explore: () => explored,
  runSeed: (_, seed) => seedOutcome(seed),
}
