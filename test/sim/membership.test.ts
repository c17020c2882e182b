import { type Membership, majorityOf, membersOf } from '@quorate/core'
import type { EngineOptions } from '@quorate/scenario'
import { Random, Simulation } from '@quorate/sim'
import { isConsistent, simulatedEngine, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type Change, changes, drawMembership } from './support/random-membership.ts'

const all = [1, 2, 3, 4, 5]
/**
 * Nothing here harms what is on disks. Whoever leaves may be the only one who has what those who stay must learn, and
 * the atlas does not know how long that is so.
 */
const faults = [
  'loss',
  'duplicate',
  'reorder',
  'partition',
  'isolate',
  'bridge',
  'break',
  'flap',
  'hold',
  'crash',
  'power-cut',
  'kill',
  'pause',
] as const

/** A run of five replicas, three of them voters at first, whose members change again and again. */
class ChangingRun {
  readonly simulation: Simulation
  /** Those that were made, as far as whoever asked for them knows. */
  readonly done: Change[] = []
  /** How all of them ended. */
  readonly endings: string[] = []
  private readonly random: Random

  constructor(seed: number, options: EngineOptions = {}) {
    this.random = new Random(seed).split('changes')
    const engine = simulatedEngine('multi-paxos', {
      window: Math.round(this.random.magnitude(1, 64)),
      compactionTail: Math.round(this.random.magnitude(1, 200)),
      maxBatchBytes: Math.round(this.random.magnitude(100, 10_000)),
      ...options,
    })
    const { definition: machine, workload } = simulatedMachine('mvcc')
    this.simulation = new Simulation({
      engine: engine.definition,
      checks: engine.checks,
      machine,
      workload,
      seed,
      faults,
      membership: majorityOf([1, 2, 3]),
      // A core of members that were just taken in could not know what those knew who are frozen.
      scenario: { replicas: all.length, livenessPhase: false },
    })
    const { chaos } = this.simulation.scenario
    for (let at = 0; at < chaos; at += this.random.exponential(chaos / 12)) this.changeAt(at)
  }

  private changeAt(at: number): void {
    const { cluster } = this.simulation
    cluster.scheduler.after(at, 'control', undefined, () => {
      const change = this.random.pick(changes)
      const membership = drawMembership(this.random, change, cluster.membership, all)
      const { leader } = cluster
      if (leader === undefined || membership === undefined) return
      cluster.reconfigure(leader, membership, ({ type }) => {
        this.endings.push(type)
        if (type === 'ok') this.done.push(change)
      })
    })
  }

  /** The membership as the decided log has it, and as each of its members sees it. */
  get memberships(): { readonly decided: Membership; readonly seen: readonly (Membership | undefined)[] } {
    const { cluster } = this.simulation
    const decided = cluster.membership
    return { decided, seen: membersOf(decided).map((id) => cluster.node(id).process?.view?.membership) }
  }
}

class Counts {
  readonly counts = new Map<string, number>()

  add(name: string, count = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + count)
  }

  of(name: string): number {
    return this.counts.get(name) ?? 0
  }
}

describe('Multi-Paxos whose members change under load, with crashes and a bad network', () => {
  const seen = new Counts()

  it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    'seed %i keeps every invariant, its history is linearizable, and its members converge',
    (seed) => {
      const run = new ChangingRun(seed)
      const report = run.simulation.run()
      expect(report.violation, report.eventLog.slice(-60).join('\n')).toBeUndefined()
      const verdict = simulatedMachine('mvcc').judge(report.history)
      expect(isConsistent(verdict), verdict.explanation.join('\n')).toBe(true)
      const { decided, seen: memberships } = run.memberships
      expect(memberships).toEqual(memberships.map(() => decided))
      for (const name of [...run.done, ...run.endings]) seen.add(name)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
    },
  )

  it('has made every kind of change; some were refused, of some nobody knows', () => {
    for (const change of changes) expect.soft(seen.of(change), change).toBeGreaterThan(10)
    for (const ending of ['ok', 'refused', 'unknown'])
      expect.soft(seen.of(ending), ending).toBeGreaterThan(10)
    for (const mark of ['AskNewVoters', 'EnterMembership', 'InstallSnapshot', 'rejected: change-pending']) {
      expect.soft(seen.of(mark), mark).toBeGreaterThan(10)
    }
  })

  it.each([
    ['membershipAtOnce', /^refinement|^paxos|^agreement/],
    ['skipNewQuorum', /^refinement|^paxos|^agreement/],
  ])('shows within 60 seeds that the rule %s is unsafe', (rule, invariants) => {
    const violations = (seed: number): string | undefined =>
      new ChangingRun(seed, { [`unsafe.${rule}`]: true }).simulation.run().violation?.invariant
    let found: string | undefined
    for (let seed = 1; seed <= 60 && found === undefined; seed++) found = violations(seed)
    expect(found).toMatch(invariants)
  })
})
