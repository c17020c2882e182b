import type { ExploreSettings } from '@quorate/classroom'
import { describe, expect, it } from 'vitest'
import { lessonParts } from '../../src/lesson/lesson-parts.ts'

const { explore, runSeed, engine } = lessonParts

const settings: ExploreSettings = {
  protocol: 'paxos',
  proposers: 2,
  acceptors: 3,
  rounds: 1,
  crashes: 0,
  quorums: undefined,
  unsafe: undefined,
  symmetry: false,
  states: 200_000,
}

const quietly = (): void => {}

describe('exploring for a lesson', () => {
  it('looks at every state, and at what can be seen in them', () => {
    const found = explore(settings, quietly)
    expect(found).toMatchObject({ verdict: 'holds', distinct: 2905, violation: undefined, breach: undefined })
    const [chosen] = found.seen
    expect(chosen?.name).toBe('a value can be chosen')
    expect(chosen?.steps.at(-1)).toMatch(/is chosen$/)
  })

  it('gives the shortest way to a violation, and says what is broken', () => {
    const found = explore({ ...settings, unsafe: 'majorityMinusOne' }, quietly)
    expect(found.verdict).toBe('violated')
    expect(found.breach).toMatch(/\w/)
    expect(found.violation).toMatchObject({ name: 'one value is chosen', message: 'A and B are chosen' })
    expect(found.violation?.steps).toHaveLength(8)
  })

  it('does not know what a budget hides', () => {
    expect(explore({ ...settings, states: 100 }, quietly)).toMatchObject({
      verdict: 'unknown',
      violation: undefined,
    })
  })

  it('refuses what there is not', () => {
    expect(() => explore({ ...settings, unsafe: 'luck' }, quietly)).toThrow(
      'paxos has no rule "luck" to break',
    )
    expect(() => explore({ ...settings, quorums: [2, 1] }, quietly)).toThrow('paxos')
    expect(() => engine('morse')).toThrow('unknown engine "morse"')
  })
})

describe('seeds of a lesson', () => {
  const run = { engine: 'raft', machine: 'mvcc', replicas: 3, faults: 'none', options: {} }

  it('end well without faults', () => {
    const outcome = runSeed(run, 1)
    expect(outcome).toMatchObject({ end: 'good', violation: undefined })
    expect(outcome.commits).toBeGreaterThan(0)
    expect(outcome.elections).toBeGreaterThan(0)
  })

  it('say which invariant broke, where a rule is switched off', () => {
    const outcome = runSeed({ ...run, faults: 'all', options: { 'unsafe.ackBeforeDurable': true } }, 1)
    expect(outcome.end).toBe('failed')
    expect(outcome.violation).toMatch(/^[a-z-]+$/)
  })

  it('refuse an option that there is not', () => {
    expect(() => runSeed({ ...run, options: { colour: 'red' } }, 1)).toThrow('colour')
  })
})
