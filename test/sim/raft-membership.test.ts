import {
  majorityOf,
  type Membership,
  membershipOf,
  type NodeId,
  type Observation,
  votersOf,
} from '@quorate/core'
import { type ExcuseName, type RunReport, Simulation } from '@quorate/sim'
import { isConsistent, simulatedEngine, simulatedMachine } from 'quorate'
import { describe, expect, it } from 'vitest'
import { type ChangingOptions, ChangingRun, Counts } from './support/changing-run.ts'
import { changes } from './support/random-membership.ts'

const witness = 5

/** Replica 5 is a witness wherever it votes, and observes nowhere. */
function withWitness({ quorums, observers }: Membership): Membership {
  const voters = votersOf({ quorums, observers })
  const others = observers.filter((id) => id !== witness)
  return membershipOf(quorums, others, voters.includes(witness) && voters.length > 1 ? [witness] : [])
}

function raft(rest: Partial<ChangingOptions> = {}): ChangingOptions {
  const drawn: ChangingOptions['drawn'] = (random) => ({
    memoryTail: Math.round(random.magnitude(1, 200)),
    alwaysJoint: random.chance(0.3),
  })
  return { engine: 'raft', drawn, ...rest }
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

// A core with a witness in it may be one that cannot go on: the witness knows of more than those with commands have.
describe.each<[string, ChangingOptions]>([
  ['Raft', raft({ livenessPhase: true })],
  ['Raft with a witness', raft({ adapt: withWitness })],
])('%s whose members change under load, with crashes and a bad network', (_, options) => {
  const seen = new Counts()
  const excuses = new Counts()

  it.each(Array.from({ length: 60 }, (_, i) => i + 1))(
    'seed %i keeps every invariant, its history is linearizable, and its members converge',
    (seed) => {
      const { run, report } = expectSound(seed, options)
      const { decided, seen: memberships } = run.memberships
      expect(memberships).toEqual(memberships.map(() => decided))
      for (const name of [...run.done, ...run.endings]) seen.add(name)
      for (const [mark, count] of Object.entries(report.marks)) seen.add(mark, count)
      if (report.core !== undefined) excuses.add('core')
      excuses.add('excused', Object.keys(report.excuses).length)
    },
  )

  it.each(Array.from({ length: 30 }, (_, i) => i + 1))(
    'seed %i is sound with disks that are harmed, too',
    (seed) => {
      const { run, report } = expectSound(seed, { ...options, faults: 'all' })
      for (const name of run.done) seen.add(`${name} on bad disks`)
      if (report.core !== undefined) excuses.add('core')
      excuses.add('excused', Object.keys(report.excuses).length)
    },
  )

  it('has made every kind of change but grids, which Raft refuses; of some nobody knows', () => {
    for (const change of changes) {
      if (change === 'grid') expect(seen.of(change)).toBe(0)
      else expect.soft(seen.of(change), change).toBeGreaterThan(10)
      if (change !== 'grid') expect.soft(seen.of(`${change} on bad disks`), change).toBeGreaterThan(2)
    }
    for (const ending of ['ok', 'refused', 'unknown'])
      expect.soft(seen.of(ending), ending).toBeGreaterThan(10)
    for (const mark of ['CatchUp', 'EnterMembership', 'InstallSnapshot', 'rejected: change-pending']) {
      expect.soft(seen.of(mark), mark).toBeGreaterThan(10)
    }
  })

  it('has seen cores go on, whoever else is frozen; few had an excuse', () => {
    expect(excuses.of('core') > 50).toBe(options.livenessPhase === true)
    expect(excuses.of('excused')).toBeLessThan(6)
  })
})

describe('a core of Raft whose logs have a membership of which it is no quorum', () => {
  /** 1 and 2 are the core; 4 is taken in, and it and 3 lose power before that is decided. */
  function runInterrupted(seed: number, excuses: readonly ExcuseName[]): RunReport {
    const engine = simulatedEngine('raft')
    const { definition: machine, workload } = simulatedMachine('mvcc')
    const simulation = new Simulation({
      engine: engine.definition,
      machine,
      workload,
      seed,
      excuses,
      faults: 'none',
      membership: majorityOf([1, 2, 3]),
      scenario: { replicas: 4, chaos: 4000, operations: 50, livenessPhase: true, core: [1, 2], coreExtra: 0 },
    })
    const { cluster } = simulation
    cluster.scheduler.after(3000, 'control', undefined, () => {
      if (cluster.leader !== 3) cluster.reconfigure(cluster.leader!, majorityOf([1, 2, 3, 4]), () => {})
    })
    const isEntered = (): boolean => [1, 2].some((id) => isMember(cluster.node(id).process?.view, 4))
    while (simulation.step()) {
      if (!isEntered()) continue
      for (const id of [3, 4]) cluster.crash(id)
      break
    }
    return simulation.run()
  }

  function isMember(view: Observation | undefined, id: NodeId): boolean {
    return view !== undefined && votersOf(view.membership).includes(id)
  }

  it('stands still until others are back, which is excused if it is said', () => {
    const seeds = [1, 2, 3, 4, 5, 6]
    const blamed = seeds.filter((seed) => runInterrupted(seed, []).violation?.invariant === 'liveness')
    expect(blamed.length).toBeGreaterThan(2)
    for (const seed of seeds) {
      const { violation, excuses } = runInterrupted(seed, ['logged-members'])
      expect(violation).toBeUndefined()
      expect(excuses['logged-members'] === 1).toBe(blamed.includes(seed))
    }
  })
})
