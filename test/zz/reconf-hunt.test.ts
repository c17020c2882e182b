import { type Membership, majorityOf, membersOf } from '@quorate/core'
import { type MarkCounts, Random, type RunReport, Simulation } from '@quorate/sim'
import { isConsistent, simulatedEngine, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type Change, changes, drawMembership } from '../sim/support/random-membership.ts'

const seeds = Array.from({ length: Number(process.env['N'] ?? 60) }, (_, i) => i + Number(process.env['FROM'] ?? 1))
/** Nothing here harms what is on disks: a change leaves no time to tell whose data is still needed. */
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
const all = [1, 2, 3, 4, 5]

/** A run in which members change again and again, and how the changes ended. */
class ChangingRun {
  readonly simulation: Simulation
  readonly done: Change[] = []
  readonly endings: string[] = []
  private readonly random: Random

  constructor(seed: number) {
    this.random = new Random(seed).split('changes')
    const engine = simulatedEngine('multi-paxos', {
      window: Math.round(this.random.magnitude(1, 64)),
      compactionTail: Math.round(this.random.magnitude(1, 200)),
      maxBatchBytes: Math.round(this.random.magnitude(100, 10_000)), ...(process.env['UNSAFE'] ? { ['unsafe.' + process.env['UNSAFE']]: true } : {}),
    })
    const machine = simulatedMachine('mvcc')
    this.simulation = new Simulation({
      engine: engine.definition,
      checks: engine.checks,
      machine: machine.definition,
      workload: machine.workload,
      seed,
      faults: process.env['ALL'] === '1' ? 'all' : faults,
      membership: majorityOf([1, 2, 3]),
      scenario: { replicas: all.length, livenessPhase: process.env['LIVE'] === '1', atlas: true },
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

  run(): RunReport {
    return this.simulation.run()
  }

  /** The membership as the decided log has it, and as each of its members sees it. */
  get memberships(): { readonly decided: Membership; readonly seen: readonly (Membership | undefined)[] } {
    const { cluster } = this.simulation
    const decided = cluster.membership
    return { decided, seen: membersOf(decided).map((id) => cluster.node(id).process?.view?.membership) }
  }
}

describe('Multi-Paxos whose members change under load, with crashes and a bad network', () => {
  const ended = new Map<Change, number>(changes.map((change) => [change, 0]))
  const endings = new Map<string, number>()
  const marks: Record<string, number> = {}

  it.each(seeds)('seed %i keeps every invariant, and its members converge', (seed) => {
    const run = new ChangingRun(seed)
    const report = run.run()
    if (report.violation) { console.log('VIOL', seed, report.violation.invariant, report.violation.message, JSON.stringify(report.violation.context).slice(0, 300)); if (process.env['LOG']) console.log(report.eventLog.join('\n')) } expect(report.violation).toBeUndefined()
    const verdict = simulatedMachine('mvcc').judge(report.history)
    expect(isConsistent(verdict), verdict.explanation.join('\n')).toBe(true)
    const { decided, seen } = run.memberships
    expect(seen).toEqual(seen.map(() => decided))
    for (const change of run.done) ended.set(change, ended.get(change)! + 1)
    for (const ending of run.endings) endings.set(ending, (endings.get(ending) ?? 0) + 1)
    for (const [mark, count] of Object.entries(report.marks as MarkCounts))
      marks[mark] = (marks[mark] ?? 0) + count
  })

  it('has made every kind of change, and been refused and left in the dark', () => {
    console.log(Object.fromEntries(ended), Object.fromEntries(endings), marks)
    for (const [change, count] of ended) expect.soft(count, change).toBeGreaterThan(5)
    for (const ending of ['ok', 'refused', 'unknown']) {
      expect.soft(endings.get(ending), ending).toBeGreaterThan(5)
    }
  })
})
