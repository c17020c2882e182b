import type { EngineOptions } from '@quorate/scenario'
import type { RunReport } from '@quorate/sim'
import { isConsistent, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { ChangingRun, type ChangingOptions, Counts } from './support/changing-run.ts'
import { changes } from './support/random-membership.ts'

function multiPaxos(options: EngineOptions = {}): ChangingOptions {
  const drawn: ChangingOptions['drawn'] = (random) => ({ window: Math.round(random.magnitude(1, 64)) })
  return { engine: 'multi-paxos', drawn, options, livenessPhase: true }
}

interface SoundRun {
  readonly run: ChangingRun
  readonly report: RunReport
}

/** No invariant is broken, and what clients saw is linearizable. */
function expectSound(seed: number, options: ChangingOptions): SoundRun {
  const run = new ChangingRun(seed, options)
  const report = run.simulation.run()
  expect(report.violation, report.eventLog.slice(-60).join('\n')).toBeUndefined()
  const verdict = simulatedMachine('mvcc').judge(report.history)
  expect(isConsistent(verdict), verdict.explanation.join('\n')).toBe(true)
  return { run, report }
}

describe('Multi-Paxos whose members change under load, with crashes and a bad network', () => {
  const seen = new Counts()
  const excuses = new Counts()

  it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    'seed %i keeps every invariant, its history is linearizable, and its members converge',
    (seed) => {
      const { run, report } = expectSound(seed, multiPaxos())
      const { decided, seen: memberships } = run.memberships
      expect(memberships).toEqual(memberships.map(() => decided))
      for (const name of [...run.done, ...run.endings]) seen.add(name)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
      if (report.core !== undefined) excuses.add('core')
      for (const excuse of Object.keys(report.excuses)) excuses.add(excuse)
    },
  )

  it.each(Array.from({ length: 30 }, (_, i) => i + 1))(
    'seed %i is sound with disks that are harmed, too',
    (seed) => {
      const { run } = expectSound(seed, { ...multiPaxos(), faults: 'all' })
      for (const name of run.done) seen.add(`${name} on bad disks`)
    },
  )

  it('has made every kind of change; some were refused, of some nobody knows', () => {
    for (const change of changes) expect.soft(seen.of(change), change).toBeGreaterThan(10)
    for (const ending of ['ok', 'refused', 'unknown'])
      expect.soft(seen.of(ending), ending).toBeGreaterThan(10)
    for (const mark of ['AskNewVoters', 'EnterMembership', 'InstallSnapshot', 'rejected: change-pending']) {
      expect.soft(seen.of(mark), mark).toBeGreaterThan(10)
    }
    for (const change of changes) expect.soft(seen.of(`${change} on bad disks`), change).toBeGreaterThan(2)
  })

  it('has seen most cores go on, whoever else is frozen; few had an excuse', () => {
    expect(excuses.of('core')).toBeGreaterThan(35)
    expect(excuses.of('outside-leader') + excuses.of('other-members')).toBeLessThan(6)
  })

  it.each([
    ['membershipAtOnce', /^refinement|^paxos|^agreement/],
    ['skipNewQuorum', /^refinement|^paxos|^agreement/],
  ])('shows within 60 seeds that the rule %s is unsafe', (rule, invariants) => {
    const violations = (seed: number): string | undefined =>
      new ChangingRun(seed, multiPaxos({ [`unsafe.${rule}`]: true })).simulation.run().violation?.invariant
    let found: string | undefined
    for (let seed = 1; seed <= 60 && found === undefined; seed++) found = violations(seed)
    expect(found).toMatch(invariants)
  })
})
